'use client';

import { clsx } from 'clsx';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import type { UtcSeconds } from '@/contract/units';
import { WindowCanvas } from '../models/window-canvas';
import { labelStyle } from '../session/label-style';
import { useTimes, zonedOf } from '../session/time-zone';
import type { Step } from './board';
import { useBoardPage, useBoardState } from './board-context';
import { useBars } from './use-bars';

/** Keys that are shown; of more, the last ones. */
const SHOWN = 9;
const DAY = 86_400;

/** What the effort bought: spans drawn and keys pressed, and the labels that came of it. */
export function EffortStrip() {
  const { set } = useBoardPage();
  const done = useBoardState((state) => state.done);
  const presses = useBoardState((state) => state.presses);
  const keys = done.reduce((sum, step) => sum + step.presses, presses);
  const labels = done.flatMap(({ uids }) => uids).length;
  const yes = done.reduce((sum, { isYes, uids }) => sum + (isYes ? uids.length : 0), 0);
  return (
    <section
      aria-label="What the effort bought"
      className="flex h-[88px] shrink-0 items-center gap-4 border-line border-b px-4"
    >
      <Drawn />
      <Sign>+</Sign>
      <div className="min-w-0 flex-1">
        <Keys done={done} />
        <p className="mt-1.5 truncate text-muted text-xs">
          <strong className="font-semibold text-text">
            {formatCount(keys)} {keys === 1 ? 'key' : 'keys'}.
          </strong>{' '}
          {labels === 0 ? 'An answer is one key.' : sayHow(done)}
        </p>
      </div>
      <Sign>=</Sign>
      <div className="w-[124px] shrink-0">
        <p className="font-semibold text-[15px]" data-testid="labels-won">
          {formatCount(labels)} {labels === 1 ? 'label' : 'labels'}
        </p>
        <p className="text-xs">
          <span className="text-up">{formatCount(yes)} yes</span>
          <span className="text-muted"> · </span>
          <span className="text-down">{formatCount(labels - yes)} no</span>
        </p>
        <Shares yes={yes} no={labels - yes} total={Math.max(labels, 1)} />
      </div>
      <span className="sr-only">of {set.charts.length} charts</span>
    </section>
  );
}

const Sign = ({ children }: { children: string }) => (
  <span aria-hidden="true" className="text-lg text-muted">
    {children}
  </span>
);

/** As a bar: yes, no, and the rest of the total. */
export function Shares({ yes, no, total }: { yes: number; no: number; total: number }) {
  return (
    <span aria-hidden="true" className="mt-1 flex h-1 overflow-hidden rounded-full bg-line">
      <span className="bg-up" style={{ width: `${(yes / total) * 100}%` }} />
      <span className="bg-down" style={{ width: `${(no / total) * 100}%` }} />
    </span>
  );
}

function sayHow(done: readonly Step[]): string {
  const atOnce = done.reduce((sum, { uids }) => sum + (uids.length > 1 ? uids.length : 0), 0);
  const singly = done.filter(({ uids }) => uids.length === 1).length;
  const one = `${formatCount(singly)} ${singly === 1 ? 'answer' : 'answers'} one by one`;
  return atOnce === 0 ? `${one}.` : `${one}, ${formatCount(atOnce)} more at once.`;
}

/** What people drew for it. */
function Drawn() {
  const { set, charts, chartOf, labels, cellBars, board } = useBoardPage();
  const { example, drawn } = set;
  const bars = useBars(
    example ? charts?.get(example.chartId)?.reader : undefined,
    example,
    cellBars,
  );
  const label = board.all()[0]?.label;
  const color = labelStyle(labels, label ?? '').color;
  return (
    <div className="flex shrink-0 items-center gap-3">
      {/* Of a chart that none of its candidates is on there are no candles here. */}
      {example && charts?.has(example.chartId) && (
        <div className="hidden h-16 w-[136px] min-[1200px]:flex">
          <WindowCanvas bars={bars} color={color} />
        </div>
      )}
      <div className="max-w-36 text-xs">
        <p className="font-semibold text-[13px]">
          {drawn === null
            ? 'Spans drawn'
            : `${formatCount(drawn)} ${drawn === 1 ? 'span' : 'spans'} drawn`}
        </p>
        {example && (
          <p className="text-muted">
            <span className="block truncate">{chartOf(example.chartId)?.name}</span>
            <Day chartId={example.chartId} time={example.startTime} />
          </p>
        )}
      </div>
    </div>
  );
}

function Day({ chartId, time }: { chartId: number; time: UtcSeconds }) {
  const { chartOf } = useBoardPage();
  return useTimes(zonedOf(chartId, chartOf(chartId), DAY)).range(time, time);
}

/** The last answers as keys, and the next one filled. */
function Keys({ done }: { done: readonly Step[] }) {
  const { board } = useBoardPage();
  const focus = useBoardState((state) => state.focus);
  const { left, answered, yes } = board.rest();
  const isSafe = left.length > 1 && answered >= SAFE && yes === answered;
  const shown = done.slice(-SHOWN);
  return (
    <ol aria-label="Keys pressed" className="flex gap-1.5 overflow-hidden">
      {shown.map((step) => (
        <li
          key={done.indexOf(step)}
          className={clsx(
            // Where there is little room, the first ones give way.
            'grid h-[22px] min-w-[22px] shrink-0 max-[1200px]:nth-last-[n+7]:hidden place-items-center rounded border px-1 text-[11px]',
            step.isYes ? 'border-up/60 text-up' : 'border-down/60 text-down',
          )}
        >
          {step.cap}
        </li>
      ))}
      {focus !== null && (
        <li>
          <Kbd className="h-[22px] min-w-[22px] border-transparent! bg-solid px-1.5 text-white! leading-[22px]!">
            {isSafe ? '⇧ Y' : 'Y'}
          </Kbd>
        </li>
      )}
    </ol>
  );
}

/** As many answers, all of them a yes, before the strip suggests to accept the rest. */
const SAFE = 5;
