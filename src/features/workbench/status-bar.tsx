'use client';

import { useSyncExternalStore } from 'react';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { definitionOf } from '@/editor/kinds/kinds';
import { PART_TOOL } from '@/editor/kinds/parts';
import { useBars } from '../annotate/use-bars';
import { Services } from '../pages/services';
import { useChart } from '../session/chart-context';
import type { CommandId } from '../session/command';
import { useCommand, useCommands, useShortcut } from '../session/command-context';
import { countText } from '../session/selection';
import { useRecords, useSelection, useSession, useView } from '../session/session';
import { isStale } from '../session/stale';
import { useTimes } from '../session/time-zone';
import { isPut } from './commands/tools';
import { overlayMeasure } from './measure';

export function StatusBar() {
  return (
    <footer className="flex min-h-6 shrink-0 flex-wrap items-center gap-x-5 whitespace-nowrap border-line border-t bg-panel px-3 text-muted text-xs">
      <Place />
      <SelectionInfo />
      <span className="flex-1" />
      <LateKeys />
      <KeyHints />
      <Services />
    </footer>
  );
}

function Place() {
  const { chart } = useSession();
  const times = useTimes(chart);
  const hovered = useView((state) => state.hovered);
  const cursorTime = useView((state) => state.cursorTime);
  const timeframe = useView((state) => state.timeframe) ?? chart.timeframe;
  if (hovered) {
    return (
      <span className="tabular-nums">
        {times.time(hovered.time, timeframe)} · bar {formatCount(hovered.bar + 1)}
      </span>
    );
  }
  return (
    <span className="tabular-nums">
      {cursorTime === null ? '' : `Cursor ${times.time(cursorTime, timeframe)}`}
    </span>
  );
}

function SelectionInfo() {
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const { tool, phase } = useView((state) => state.tool);
  const edge = useView((state) => state.edge);
  const selection = useSelection();
  const record = selected ? records.get(selected) : undefined;
  if (phase.name === 'measuring') return <Measured />;
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
  if (tool === PART_TOOL) return <span>Drag over the bars of the part, inside the span</span>;
  if (selection.length > 1) return <span>{countText(selection)} selected</span>;
  const times = definitionOf(record.kind)
    .anchors(record)
    .map(({ time }) => time);
  // Of a marker there is nothing to count.
  if (times.length < 2) return null;
  const does = edge ? `Arrows move the ${edge} ·` : 'Selected';
  return <BarCount from={Math.min(...times)} to={Math.max(...times)} does={does} />;
}

function Measured() {
  const { chart: info } = useSession();
  const chart = useChart();
  const phase = useView((state) => state.tool.phase);
  const measure = chart && overlayMeasure(phase, chart, info.pricePrecision);
  if (!measure) return null;
  return (
    <span role="status" className="tabular-nums">
      Measured {measure.lines.join(' · ')}
    </span>
  );
}

function BarCount({ from, to, does }: { from: number; to: number; does: string }) {
  const bars = useBars(from, to);
  if (bars === null) return null;
  return (
    <span className="tabular-nums">
      {does} {bars}
    </span>
  );
}

/** The commands that matter for what is being done now. */
const HINTS = {
  measuring: ['cursor.back', 'cursor.forward', 'tool.measure', 'leave'],
  putting: ['cursor.back', 'cursor.forward', 'tool.put', 'leave'],
  drawing: ['cursor.back', 'cursor.forward', 'span.end', 'label', 'leave'],
  prediction: ['review.confirm', 'review.correct', 'review.dismiss', 'review.later', 'review.back'],
  edge: ['edge.back', 'edge.forward', 'leave', 'label', 'span.again'],
  stale: ['stale.right', 'stale.next', 'label', 'delete'],
  span: ['label', 'span.again', 'search.similar', 'span.next', 'delete'],
  other: ['cursor.back', 'cursor.forward', 'tool.span', 'span.end', 'label'],
} satisfies Record<string, CommandId[]>;

function KeyHints() {
  const { tool, phase } = useView((state) => state.tool);
  const records = useRecords();
  const selected = useView((state) => state.selected);
  const record = selected ? records.get(selected) : undefined;
  const kind = record?.kind;
  const edge = useView((state) => state.edge);
  const at = isPut(tool)
    ? 'putting'
    : phase.name === 'drawing' || phase.name === 'measuring'
      ? phase.name
      : kind === 'span' && edge
        ? 'edge'
        : record && isStale(record)
          ? 'stale'
          : kind === 'prediction' || kind === 'span'
            ? kind
            : 'other';
  const all = useCommand('keys');
  return (
    <span className="hidden items-center gap-1 min-[1100px]:flex">
      {HINTS[at].map((id) => (
        <Hint key={id} id={id} />
      ))}
      <button type="button" className="flex items-center gap-1 hover:text-text" onClick={all.run}>
        <Kbd>{all.shortcut}</Kbd> {all.hint}
      </button>
    </span>
  );
}

function Hint({ id }: { id: CommandId }) {
  const { hint, shortcut } = useCommand(id);
  if (!shortcut) return null;
  return (
    <span className="flex items-center gap-1 pr-1.5">
      <Kbd>{shortcut}</Kbd> {hint}
    </span>
  );
}

/** Keys that wait for candles on their way, once that takes long. */
function LateKeys() {
  const { queue } = useCommands();
  const count = useSyncExternalStore(queue.subscribe, queue.lateCount, queue.lateCount);
  const leave = useShortcut('leave');
  if (count === 0) return null;
  return (
    <span role="status" className="flex items-center gap-1 text-warning">
      {count === 1 ? 'A command waits' : `${count} commands wait`} for the server ·{' '}
      <Kbd>{leave}</Kbd> drops {count === 1 ? 'it' : 'them'}
    </span>
  );
}
