import { formatFixed } from '@/components/format';
import type { Measured } from '@/contract/runs';

const percent = (value: number) => `${Math.min(1, Math.max(0, value)) * 100}%`;

/** A figure between 0 and 1 on a line: its interval, itself, chance, and template search. */
export function Track({ measured, text }: { measured: Measured; text: string }) {
  const { value, interval, chance, baseline } = measured;
  return (
    <div className="relative my-1.5 h-3" role="img" aria-label={inWords(text, measured)}>
      <div className="absolute top-[5px] h-[2px] w-full rounded bg-line" />
      {interval && (
        <div
          className="absolute top-[3px] h-[6px] rounded-full bg-accent/50"
          style={{
            left: percent(interval[0]),
            width: `calc(${percent(interval[1])} - ${percent(interval[0])})`,
          }}
        />
      )}
      {chance !== null && <Tick at={chance} color="var(--faint)" />}
      {baseline !== null && <Tick at={baseline} color="var(--warning)" />}
      <div
        className="absolute top-0 h-3 w-[3px] -translate-x-1/2 rounded bg-accent"
        style={{ left: percent(value) }}
      />
    </div>
  );
}

const Tick = ({ at, color }: { at: number; color: string }) => (
  <div
    className="absolute top-[1px] h-2.5 w-[2px] -translate-x-1/2"
    style={{ left: percent(at), background: color }}
  />
);

function inWords(text: string, { value, interval, chance, baseline }: Measured): string {
  const parts = [`${text} ${formatFixed(value, 2)}`];
  if (interval)
    parts.push(`90 % interval ${formatFixed(interval[0], 2)} to ${formatFixed(interval[1], 2)}`);
  if (chance !== null) parts.push(`chance ${formatFixed(chance, 2)}`);
  if (baseline !== null) parts.push(`template search ${formatFixed(baseline, 2)}`);
  return parts.join(', ');
}
