import { formatFixed } from '@/components/format';
import type { RunMetrics } from '@/contract/runs';

import { measureName } from '../measure-name';

const SHOWN = 8;

/** The measures that the model goes by most. */
export function Importance({ importance }: { importance: RunMetrics['importance'] }) {
  const rows = importance.slice(0, SHOWN);
  const most = rows[0]?.share ?? 0;
  if (most === 0) return null;
  return (
    <section aria-label="What it looks at" className="px-5 py-3">
      <h2 className="mb-2 font-semibold">
        What it looks at
        <span className="ml-2 font-normal text-muted text-xs">share of the model’s gain</span>
      </h2>
      <ul className="grid gap-x-8 gap-y-1 min-[900px]:grid-flow-col min-[900px]:grid-cols-2 min-[900px]:grid-rows-4">
        {rows.map(({ feature, share }) => (
          <li key={feature} className="grid grid-cols-[1fr_30%_2.5rem] items-center gap-3">
            <span className="truncate" title={`${measureName(feature)} (${feature})`}>
              {measureName(feature)}
            </span>
            <span className="h-[4px] rounded bg-line">
              <span
                className="block h-full rounded bg-accent"
                style={{ width: `${(share / most) * 100}%` }}
              />
            </span>
            <span className="text-right tabular-nums">{formatFixed(share, 2)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
