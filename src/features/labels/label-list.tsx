'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { SpanLabelType } from '@/contract/spans';
import type { KeyedLabel } from '../session/label-keys';
import { useSession } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';
import { GroupRow } from './group-row';
import { byGroup } from './groups';
import { LabelMenuItems, LabelRow } from './label-row';
import type { useLabelSet } from './use-label-set';

const ROW_PX = 36;
const GROUP_PX = 28;

/** Labels by group, in an order that a drag or Alt with an arrow changes. */
export function LabelList(props: {
  labels: readonly KeyedLabel[];
  set: ReturnType<typeof useLabelSet>;
  onEdit: (label: SpanLabelType) => void;
  onMerge: (label: SpanLabelType) => void;
}) {
  const { labels, set, onEdit, onMerge } = props;
  const { labels: all } = useSession();
  const counts = useLabelCounts();
  const scroller = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<KeyedLabel | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const lines = useMemo(
    () =>
      byGroup(labels).flatMap((group) => [
        ...(group.name === null ? [] : [{ group: group.name, label: null }]),
        ...group.labels.map((label) => ({ group: null, label })),
      ]),
    [labels],
  );
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (lines[at]?.label ? ROW_PX : GROUP_PX),
    getItemKey: (at) => lines[at]?.label?.id ?? `group ${lines[at]?.group}`,
    overscan: 12,
  });
  const inOrder = lines.flatMap(({ label }) => label ?? []);

  return (
    <div ref={scroller} className="mt-1.5 min-h-0 flex-1 overflow-y-auto">
      <ul aria-label="Labels" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key, size }) => {
          const line = lines[index];
          if (!line) return null;
          const style = { height: size, transform: `translateY(${start}px)` };
          const { label } = line;
          if (!label) {
            return <GroupRow key={key} name={line.group ?? ''} style={style} />;
          }
          const at = inOrder.indexOf(label);
          const place = (step: 1 | -1) => {
            const to = inOrder[at + step];
            return to && (() => void set.move(label, to));
          };
          const into = all.find(({ id }) => id === label.mergedInto);
          return (
            <LabelRow
              key={key}
              style={style}
              label={label}
              count={counts.get(label.name) ?? 0}
              into={into}
              isTarget={over === label.id && dragged !== null && dragged !== label}
              onMove={(step) => place(step)?.()}
              onDrag={() => setDragged(label)}
              onOver={() => setOver(label.id)}
              onDrop={() => {
                if (dragged && dragged.id !== label.id) void set.move(dragged, label);
              }}
              onEnd={() => {
                setDragged(null);
                setOver(null);
              }}
            >
              <LabelMenuItems
                label={label}
                into={into}
                set={set}
                onUp={place(-1)}
                onDown={place(1)}
                onEdit={() => onEdit(label)}
                onMerge={() => onMerge(label)}
              />
            </LabelRow>
          );
        })}
      </ul>
    </div>
  );
}
