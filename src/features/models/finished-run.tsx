'use client';

import { Slider } from 'radix-ui';
import { Fragment } from 'react';
import { formatAgo } from '@/components/format';
import type { RunMetrics, RunSummary } from '@/contract/runs';
import { labelStyle } from '../session/label-style';
import { useSession, useView } from '../session/session';
import { setMinScore } from './go-to-review';
import { runTitle } from './run-title';
import { useNow } from './use-now';

export function FinishedRun({ run }: { run: RunSummary }) {
  const now = useNow();
  return (
    <section aria-label={runTitle(run)} className="flex flex-col gap-3 px-3.5 py-3">
      <div className="flex items-center gap-2">
        <h2 className="truncate font-semibold" title={run.params.model}>
          {runTitle(run)}
        </h2>
        <span className="rounded border border-line px-1.5 text-[11px] text-muted leading-4">
          on chart
        </span>
        <span className="flex-1 text-right text-muted text-xs">
          {run.finishedAt !== null && formatAgo(run.finishedAt, now)}
        </span>
      </div>
      {run.metrics ? <Metrics metrics={run.metrics} /> : <Figures figures={run.figures} />}
      <Threshold />
    </section>
  );
}

/** What a run of another program says of itself, in its own words. */
function Figures({ figures }: { figures: RunSummary['figures'] }) {
  if (figures.length === 0) return <p className="text-muted">This run left no metrics.</p>;
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-1">
      {figures.map(({ name, value }) => (
        <Fragment key={name}>
          <dt className="truncate text-muted" title={name}>
            {name}
          </dt>
          <dd className="max-w-40 truncate text-right tabular-nums" title={String(value)}>
            {typeof value === 'number' ? Number(value.toPrecision(4)) : value}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Metrics({ metrics }: { metrics: RunMetrics }) {
  const tiles: { name: string; value: string; spread?: string; title: string }[] = [
    {
      name: 'Span F1',
      value: metrics.spanF1.toFixed(2),
      spread: `± ${metrics.spanF1Std.toFixed(2)}`,
      title: 'Spans found with the right label at an overlap of at least half, out of sample',
    },
    {
      name: 'Candle F1',
      value: metrics.candleF1.toFixed(2),
      title: 'Macro F1 of single candles, out of sample',
    },
    {
      name: 'Leaks',
      value: String(metrics.leaks),
      title: 'Training samples that overlap their fold’s test range',
    },
  ];
  return (
    <>
      <dl className="grid grid-cols-3 gap-2" data-testid="metrics">
        {tiles.map(({ name, value, spread, title }) => (
          <div
            key={name}
            title={title}
            className="rounded-md border border-line bg-raised px-2 py-1.5"
          >
            <dt className="text-muted text-xs">{name}</dt>
            <dd className="font-semibold text-[17px]">
              {value}
              {spread && <span className="ml-1 font-normal text-faint text-xs">{spread}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <Confusion confusion={metrics.confusion} />
    </>
  );
}

function Confusion({ confusion }: { confusion: RunMetrics['confusion'] }) {
  const { labels } = useSession();
  const { counts } = confusion;
  if (counts.length === 0) return null;
  const name = (label: string) => (label === 'none' ? 'None' : labelStyle(labels, label).text);
  const most = Math.max(1, ...counts.flat());
  return (
    <div>
      <table
        aria-label="Confusion"
        className="w-full table-fixed border-separate border-spacing-[2px] text-center text-xs"
      >
        <thead>
          <tr>
            <th className="w-[64px]" />
            {confusion.labels.map((label) => (
              <th key={label} title={name(label)} className="truncate font-normal text-muted">
                {short(name(label))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.labels.map((label, row) => (
            <tr key={label}>
              <th title={name(label)} className="truncate text-left font-normal text-muted">
                {short(name(label))}
              </th>
              {confusion.labels.map((column, at) => {
                const count = counts[row]?.[at] ?? 0;
                const share = Math.round(20 + (70 * count) / most);
                const tone = row === at ? 'var(--accent)' : 'var(--down)';
                return (
                  <td
                    key={column}
                    title={`${count} × ${name(label)} by people, ${name(column)} by the model`}
                    className="h-[22px] rounded-[3px] tabular-nums"
                    style={{
                      background:
                        count === 0
                          ? 'var(--raised)'
                          : `color-mix(in srgb, ${tone} ${row === at ? share : share / 2}%, var(--panel))`,
                    }}
                  >
                    {count === 0 ? '' : count}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1.5 text-faint text-xs">
        Rows: people. Columns: model. Out-of-sample folds only.
      </p>
    </div>
  );
}

/** `Head & shoulders` → `H&S`, `Bull flag` → `Bull f.`: what fits a narrow column and stays distinct. */
function short(name: string): string {
  const words = name.split(/\s+/);
  if (words.length >= 3) return words.map((word) => word[0]?.toUpperCase()).join('');
  const [first = '', second] = words;
  return second ? `${first.slice(0, 6)} ${second[0]}.` : first.slice(0, 8);
}

function Threshold() {
  const session = useSession();
  const minScore = useView((state) => state.minScore);
  return (
    <div className="flex items-center gap-3">
      <span className="text-muted">Show above</span>
      <Slider.Root
        value={[minScore]}
        min={0}
        max={1}
        step={0.01}
        onValueChange={([value = 0]) => setMinScore(session, value)}
        className="relative flex h-5 flex-1 items-center"
      >
        <Slider.Track className="relative h-1 flex-1 rounded-full bg-accent">
          <Slider.Range className="absolute h-full rounded-l-full bg-line" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Show predictions above this score"
          className="block size-3.5 rounded-full border-2 border-accent bg-panel"
        />
      </Slider.Root>
      <span className="w-8 text-right tabular-nums">{minScore.toFixed(2)}</span>
    </div>
  );
}
