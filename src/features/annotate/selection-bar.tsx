'use client';

import { Copy, Trash2 } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import type { ChartView } from '@/chart/types';
import { Segmented } from '@/components/segmented';
import { Tooltip } from '@/components/tooltip';
import type { SpanRecord } from '@/editor/kinds/span';
import type { Phase } from '@/editor/tools';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';
import { chooseLabel } from '../session/commands';
import { labelStyle } from '../session/label-style';
import { countText, rangeOf, updateSpans } from '../session/selection';
import { useSelection, useSession, useView } from '../session/session';
import { OUTCOMES } from './span-inspector';
import { Swatch } from './swatch';

const MARGIN_PX = 8;
const DRAGS: Phase['name'][] = ['drawing', 'moving', 'reshaping', 'boxing'];

/** What several records that are selected have in common, changed for all of them as one. */
export function SelectionBar({ chart }: { chart: ChartView }) {
  const records = useSelection();
  const isDragging = useView(({ tool }) => DRAGS.includes(tool.phase.name));
  if (records.length < 2) return null;
  return (
    <Placed chart={chart} isHidden={isDragging}>
      <span className="whitespace-nowrap font-semibold">{countText(records)}</span>
      <SpanControls spans={records.filter((record) => record.kind === 'span')} />
      <ForAll command="copy" name="Copy all that is selected" hover="hover:text-text">
        <Copy size={15} />
      </ForAll>
      <ForAll command="delete" name="Delete all that is selected" hover="hover:text-down">
        <Trash2 size={16} />
      </ForAll>
    </Placed>
  );
}

/** Under the lanes near the anchor, within the chart; out of the way while something is drawn or dragged. */
function Placed(props: { chart: ChartView; isHidden: boolean; children: ReactNode }) {
  const { chart, isHidden, children } = props;
  const { editor } = useSession();
  const selected = useView((state) => state.selected);
  const element = useRef<HTMLFieldSetElement>(null);
  useLayoutEffect(() => {
    const place = () => {
      const bar = element.current;
      const record = selected === null ? undefined : editor.get(selected);
      const pane = bar?.offsetParent;
      if (!bar || !record || !pane) return;
      const [first, last] = rangeOf(record);
      const at = chart.extentOf(first, last);
      const wanted = at ? (at.leftPx + at.rightPx - bar.offsetWidth) / 2 : 0;
      const plot = chart.plot();
      const most = (plot?.widthPx ?? pane.clientWidth) - bar.offsetWidth - MARGIN_PX;
      bar.style.top = `${plot?.lanesPx ?? 0}px`;
      bar.style.left = `${Math.max(MARGIN_PX, Math.min(wanted, most))}px`;
    };
    place();
    return chart.onViewChange(place);
  });
  return (
    <fieldset
      ref={element}
      aria-label="All that is selected"
      className={`absolute z-10 flex h-10 items-center gap-3 rounded-md border border-line bg-panel px-3 ${isHidden ? 'invisible' : ''}`}
    >
      {children}
    </fieldset>
  );
}

/** Differing values show none as the chosen one. */
function SpanControls({ spans }: { spans: SpanRecord[] }) {
  const session = useSession();
  if (spans.length === 0) return null;
  return (
    <>
      <LabelChoice spans={spans} />
      <Divider />
      <span className="text-muted">Confidence</span>
      <div className="w-36">
        <Segmented
          label="Confidence of all"
          value={common(spans, 'confidence')}
          options={[1, 2, 3, 4, 5].map((value) => ({ value, text: value }))}
          onChange={(confidence) => updateSpans(session, () => ({ confidence }))}
        />
      </div>
      <div className="w-36">
        <Segmented
          label="Outcome of all"
          value={common(spans, 'outcome')}
          options={OUTCOMES}
          onChange={(outcome) => updateSpans(session, () => ({ outcome }))}
        />
      </div>
    </>
  );
}

function LabelChoice({ spans }: { spans: SpanRecord[] }) {
  const session = useSession();
  const { labels } = session;
  const label = common(spans, 'label');
  const style = label === null ? null : labelStyle(labels, label);
  const isKnown = labels.some(({ name }) => name === label);
  return (
    <span className="relative flex h-7 max-w-40 items-center gap-2 rounded-md border border-line bg-raised px-2">
      {style && <Swatch color={style.color} />}
      <span className="min-w-0 flex-1 truncate">{style?.text ?? 'Several labels'}</span>
      <select
        aria-label="Label of all"
        value={label ?? ''}
        onChange={(event) => chooseLabel(session, event.target.value)}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        {label === null && <option value="">Several labels</option>}
        {label !== null && !isKnown && <option value={label}>{style?.text}</option>}
        {labels.map(({ name, displayName }) => (
          <option key={name} value={name}>
            {displayName}
          </option>
        ))}
      </select>
    </span>
  );
}

function ForAll(props: { command: CommandId; name: string; hover: string; children: ReactNode }) {
  const { title, shortcut, run } = useCommand(props.command);
  return (
    <Tooltip text={title} shortcut={shortcut}>
      <button
        type="button"
        aria-label={props.name}
        onClick={run}
        className={`rounded-md p-1 text-muted hover:bg-raised ${props.hover}`}
      >
        {props.children}
      </button>
    </Tooltip>
  );
}

const Divider = () => <div className="h-5 w-px bg-line" />;

/** The value that all of them have; null where they differ. */
function common<Key extends keyof SpanRecord>(
  spans: SpanRecord[],
  key: Key,
): SpanRecord[Key] | null {
  const [first, ...others] = spans;
  const value = first?.[key];
  return value !== undefined && others.every((span) => span[key] === value) ? value : null;
}
