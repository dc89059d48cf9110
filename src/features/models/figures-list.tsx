import { Fragment } from 'react';
import { formatFigure } from '@/components/format';
import type { RunSummary } from '@/contract/runs';

/** What a run of another program says of itself, in its own words. */
export function Figures({ figures }: { figures: RunSummary['figures'] }) {
  if (figures.length === 0) return <p className="text-muted">This run left no metrics.</p>;
  return (
    <div>
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1">
        {figures.map(({ name, value }) => (
          <Fragment key={name}>
            <dt className="truncate text-muted" title={name}>
              {name}
            </dt>
            <dd className="max-w-40 truncate text-right tabular-nums" title={String(value)}>
              {typeof value === 'number' ? formatFigure(value) : value}
            </dd>
          </Fragment>
        ))}
      </dl>
      <p className="mt-2 text-muted text-xs">
        As the program that wrote the run has it; nothing here has checked it.
      </p>
    </div>
  );
}
