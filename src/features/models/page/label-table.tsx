import { formatFixed, formatSigned } from '@/components/format';
import type { RunMetrics } from '@/contract/runs';
import type { SpanLabelType } from '@/contract/spans';
import { Swatch } from '../../annotate/swatch';
import { labelStyle } from '../../session/label-style';
import { LEAST_SPANS } from './figures';
import { Track } from './track';

type LabelMetrics = RunMetrics['perLabel'][0];
const LEFT = 'px-2 text-left font-normal';
const RIGHT = 'px-2 text-right font-normal';

/** Each label's figures; under ten spans, a sentence of counts in their place. */
export function LabelTable(props: {
  metrics: RunMetrics;
  labels: SpanLabelType[];
  gone: readonly string[];
  other: { title: string; metrics: RunMetrics } | null;
}) {
  const { metrics, labels, gone, other } = props;
  const rows = [...metrics.perLabel].sort((a, b) => b.support - a.support);
  if (rows.length === 0) return null;
  const longest = Math.max(
    ...rows.map(({ boundaryError }) =>
      Math.max(boundaryError?.start ?? 0, boundaryError?.end ?? 0),
    ),
  );
  return (
    <table
      aria-label="Figures by label"
      className="w-full border-line border-b tabular-nums max-[900px]:text-xs"
    >
      <thead>
        <tr className="h-[26px] text-muted text-xs">
          <th className={`${LEFT} pl-5`}>Label</th>
          <th className={RIGHT}>Spans</th>
          <th className={RIGHT}>Precision</th>
          <th className={RIGHT}>Recall</th>
          <th className={RIGHT}>F1</th>
          <th className={`${LEFT} w-16 min-[900px]:w-40`}>90 % interval, 0 to 1</th>
          <th className={RIGHT}>Edge error, start / end</th>
          {other ? <th className={`${RIGHT} pr-5`}>vs {other.title}</th> : <td className="pr-5" />}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const { text, color } = labelStyle(labels, row.label);
          const before = other?.metrics.perLabel.find(({ label }) => label === row.label);
          return (
            <tr key={row.label} className="h-[26px] border-line border-t">
              <th className={`${LEFT} max-w-52 truncate pl-5`}>
                <span className="inline-flex items-center gap-2.5">
                  <Swatch color={color} />
                  {text}
                  {gone.includes(row.label) && (
                    <span className="text-warning text-xs">renamed or deleted since</span>
                  )}
                </span>
              </th>
              <td className={RIGHT}>{row.support}</td>
              {row.support < LEAST_SPANS ? (
                <td colSpan={5} className="px-2 text-muted">
                  {countsOf(row)} <span className="text-faint">· under 10 spans, counts only</span>
                </td>
              ) : (
                <Figures row={row} longest={longest} />
              )}
              <td className={`${RIGHT} pr-5 text-muted`}>
                {before && row.support >= LEAST_SPANS && before.support >= LEAST_SPANS
                  ? formatSigned(row.f1 - before.f1, 2)
                  : other
                    ? '–'
                    : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Figures({ row, longest }: { row: LabelMetrics; longest: number }) {
  const { boundaryError } = row;
  return (
    <>
      <td className={RIGHT}>{formatFixed(row.precision, 2)}</td>
      <td className={RIGHT}>{formatFixed(row.recall, 2)}</td>
      <td className={`${RIGHT} font-semibold`}>{formatFixed(row.f1, 2)}</td>
      <td className="px-2">
        <Track
          text={`F1 of ${row.label}`}
          measured={{
            value: row.f1,
            interval: row.interval ?? null,
            chance: row.chance ?? null,
            baseline: row.baseline ?? null,
          }}
        />
      </td>
      <td className={RIGHT}>
        {boundaryError ? (
          <span
            className="inline-flex items-center gap-2 align-middle"
            title={spread(boundaryError)}
          >
            <span className="hidden w-14 flex-col gap-[2px] min-[900px]:flex">
              {[boundaryError.start, boundaryError.end].map((value, at) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: the start, then the end.
                  key={at}
                  className={`h-[3px] rounded ${at === 0 ? 'bg-muted' : 'bg-faint'}`}
                  style={{ width: longest > 0 ? `${(value / longest) * 100}%` : 0 }}
                />
              ))}
            </span>
            {formatFixed((boundaryError.start + boundaryError.end) / 2, 1)}
          </span>
        ) : (
          <span className="text-faint">–</span>
        )}
      </td>
    </>
  );
}

/** The 90 % interval of what is shown, in words. */
const spread = ({ interval }: NonNullable<LabelMetrics['boundaryError']>) =>
  interval
    ? `90 % interval ${formatFixed(interval[0], 1)} to ${formatFixed(interval[1], 1)} bars`
    : undefined;

function countsOf({ support, predicted, recall, precision }: LabelMetrics): string {
  const found = Math.round(support * recall);
  const wrong = predicted - Math.round(predicted * precision);
  const shown =
    predicted === 0
      ? 'shows none'
      : `${wrong} of ${predicted} shown ${wrong === 1 ? 'is' : 'are'} wrong`;
  return `finds ${found} of ${support}, ${shown}`;
}
