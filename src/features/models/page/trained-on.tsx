import Link from 'next/link';
import { formatCount } from '@/components/format';
import type { RunDataset } from '@/contract/runs';

const SINCE = {
  deleted: 'deleted since',
  'candles-changed': 'candles changed since',
  'labels-changed': 'labels changed since',
  same: null,
} as const;

/** What went into the run: its charts by examined bars, and the hash of all of it. */
export function TrainedOn({ dataset }: { dataset: RunDataset | null }) {
  if (!dataset) {
    return <p className="text-muted">The program that wrote this run has not said.</p>;
  }
  return (
    <>
      <ul className="flex flex-col gap-2">
        {dataset.charts.map((chart) => (
          <li key={chart.id}>
            <div className="flex items-baseline gap-2">
              {chart.state === 'deleted' ? (
                <span className="min-w-0 flex-1 truncate text-muted">{chart.name}</span>
              ) : (
                <Link
                  href={`/charts/${chart.id}`}
                  className="min-w-0 flex-1 truncate hover:underline"
                >
                  {chart.name}
                </Link>
              )}
              <span className="text-muted text-xs tabular-nums">
                {chart.examinedCandles === null ? '?' : formatCount(chart.examinedCandles)} of{' '}
                {formatCount(chart.candles)} candles
              </span>
            </div>
            <div className="mt-1 h-[4px] overflow-hidden rounded bg-line">
              <div
                className="h-full bg-accent"
                style={{
                  width: `${((chart.examinedCandles ?? 0) / Math.max(1, chart.candles)) * 100}%`,
                }}
              />
            </div>
            <p className="mt-0.5 text-xs">
              <span className="text-muted">
                {formatCount(chart.spans)} {chart.spans === 1 ? 'span' : 'spans'}
                {chart.examinedRanges === 0 && ' · not said which bars were examined'}
              </span>
              {SINCE[chart.state] && (
                <span className={chart.state === 'labels-changed' ? 'text-muted' : 'text-warning'}>
                  {' '}
                  · {SINCE[chart.state]}
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-muted text-xs">
        Candles that were examined, and those of each span elsewhere with as many on either side.
      </p>
      <p className="mt-2 text-muted text-xs">
        Inputs{' '}
        <code className="rounded border border-line px-1" title={dataset.sha256}>
          {dataset.sha256.slice(0, 8)}
        </code>
        : the same inputs give the same model.
      </p>
    </>
  );
}
