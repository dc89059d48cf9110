'use client';

import { clsx } from 'clsx';
import { formatCount, formatTime } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { definitionOf } from '@/editor/kinds/kinds';
import { useBars } from '../annotate/use-bars';
import { useService } from '../models/use-runs';
import { useRecords, useSession, useView } from '../session/session';

export function StatusBar() {
  return (
    <footer className="flex h-6 shrink-0 items-center gap-5 border-line border-t bg-panel px-3 text-muted text-xs">
      <Place />
      <SelectionInfo />
      <span className="flex-1" />
      <KeyHints />
      <Services />
    </footer>
  );
}

function Place() {
  const { chart } = useSession();
  const hovered = useView((state) => state.hovered);
  const cursorTime = useView((state) => state.cursorTime);
  const timeframe = useView((state) => state.timeframe) ?? chart.timeframe;
  if (hovered) {
    return (
      <span className="tabular-nums">
        {formatTime(hovered.time, timeframe)} · bar {formatCount(hovered.bar + 1)}
      </span>
    );
  }
  return (
    <span className="tabular-nums">
      {cursorTime === null ? '' : `Cursor ${formatTime(cursorTime, timeframe)}`}
    </span>
  );
}

function SelectionInfo() {
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const phase = useView((state) => state.tool.phase);
  const record = selected ? records.get(selected) : undefined;
  if (phase.name === 'drawing') {
    return (
      <BarCount
        from={Math.min(phase.from.time, phase.to.time)}
        to={Math.max(phase.from.time, phase.to.time)}
        does="Drawing"
      />
    );
  }
  if (!record) return null;
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  // Of a marker there is nothing to count.
  if (times.length < 2) return null;
  return <BarCount from={Math.min(...times)} to={Math.max(...times)} does="Selected" />;
}

function BarCount({ from, to, does }: { from: number; to: number; does: string }) {
  const bars = useBars(from, to);
  if (bars === null) return null;
  return (
    <span className="tabular-nums">
      {does} {bars} {bars === 1 ? 'bar' : 'bars'}
    </span>
  );
}

/** The keys that matter for what is being done now. */
function KeyHints() {
  const { view } = useSession();
  const phase = useView((state) => state.tool.phase);
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const kind = selected ? records.get(selected)?.kind : undefined;
  const hints: [string, string][] =
    phase.name === 'drawing'
      ? [
          ['← →', 'move'],
          ['E', 'end'],
          ['Esc', 'drop'],
        ]
      : kind === 'prediction'
        ? [
            ['Y', 'confirm'],
            ['C', 'correct'],
            ['N', 'dismiss'],
            ['D', 'next'],
          ]
        : kind === 'span'
          ? [
              ['1–7', 'label'],
              ['Alt 1–5', 'confidence'],
              ['N', 'next'],
              ['Del', 'delete'],
            ]
          : [
              ['← →', 'move'],
              ['S', 'start'],
              ['E', 'end'],
              ['1–7', 'label'],
            ];
  return (
    <span className="hidden items-center gap-1 min-[1100px]:flex">
      {hints.map(([key, does]) => (
        <span key={key} className="flex items-center gap-1 pr-1.5">
          <Kbd>{key}</Kbd> {does}
        </span>
      ))}
      <button
        type="button"
        className="flex items-center gap-1 hover:text-text"
        onClick={() => view.setState({ dialog: 'keys' })}
      >
        <Kbd>?</Kbd> all keys
      </button>
    </span>
  );
}

function Services() {
  const service = useService();
  // The answer came through PostgreSQL, so it speaks for the database as well.
  const database = service.isPending ? 'unknown' : service.isError ? 'down' : 'up';
  const model = database !== 'up' ? 'unknown' : service.data?.connected ? 'up' : 'down';
  return (
    <>
      <Dot state={database} name="PostgreSQL" />
      <Dot state={model} name="Model service" />
    </>
  );
}

function Dot({ state, name }: { state: 'up' | 'down' | 'unknown'; name: string }) {
  const says = { up: 'is connected', down: 'is not reachable', unknown: 'is being asked' }[state];
  return (
    <span className="flex items-center gap-1.5" title={`${name} ${says}`}>
      <span
        className={clsx(
          'size-[7px] rounded-full',
          { up: 'bg-up', down: 'bg-down', unknown: 'bg-faint' }[state],
        )}
      />
      {name}
      {state === 'down' && ' off'}
    </span>
  );
}
