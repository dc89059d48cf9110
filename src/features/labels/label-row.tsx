'use client';

import { clsx } from 'clsx';
import { MoreHorizontal } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Menu, MenuItem, MenuSeparator } from '@/components/menu';
import type { SpanLabelType } from '@/contract/spans';
import { Swatch } from '../annotate/swatch';
import { keyText } from '../session/command';
import { chooseLabel } from '../session/commands';
import type { KeyedLabel } from '../session/label-keys';
import { useSession, useView } from '../session/session';
import type { useLabelSet } from './use-label-set';
import { useMerge } from './use-merge';

/** A label of the list: chosen by a click, moved by a drag or Alt with an arrow, changed by its menu. */
export function LabelRow(props: {
  style: CSSProperties;
  label: KeyedLabel;
  count: number;
  into: SpanLabelType | undefined;
  /** What is dragged would come here. */
  isTarget: boolean;
  onMove: (step: 1 | -1) => void;
  onDrag: () => void;
  onOver: () => void;
  onDrop: () => void;
  onEnd: () => void;
  children: ReactNode;
}) {
  const { style, label, count, into, isTarget, onMove, onDrag, onOver, onDrop, onEnd } = props;
  const session = useSession();
  const active = useView((state) => state.activeLabel);
  return (
    <li
      style={style}
      draggable
      onDragStart={onDrag}
      onDragOver={(event) => {
        event.preventDefault();
        onOver();
      }}
      onDrop={onDrop}
      onDragEnd={onEnd}
      className={clsx(
        // Rows lie over those before them: the one with its menu open comes first.
        'absolute inset-x-0 flex items-center pr-2 has-[[role=menu]]:z-10 hover:bg-raised has-[[aria-pressed=true]]:bg-accent-bg',
        isTarget && 'outline-2 outline-accent -outline-offset-2',
      )}
    >
      <button
        type="button"
        aria-pressed={label.name === active}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        disabled={!label.isActive}
        onClick={() => chooseLabel(session, label.name)}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
          if (!event.altKey || step === null) return;
          event.preventDefault();
          onMove(step);
        }}
        className="flex h-9 min-w-0 flex-1 items-center gap-3 pl-3.5 text-left disabled:text-faint"
      >
        <Swatch color={label.color} />
        <span className={clsx('min-w-0 flex-1 truncate', !label.isActive && 'line-through')}>
          {label.displayName}
        </span>
        <span className="shrink-0 text-muted text-xs">
          {into && count === 0
            ? `now ${into.displayName}`
            : `${formatCount(count)} ${count === 1 ? 'span' : 'spans'}`}
        </span>
        {label.key && <Kbd>{keyText(label.key)}</Kbd>}
      </button>
      <Menu
        width={160}
        trigger={
          <Button variant="ghost" className="ml-1 px-1" aria-label={`Change ${label.displayName}`}>
            <MoreHorizontal size={16} />
          </Button>
        }
      >
        {props.children}
      </Menu>
    </li>
  );
}

/** What can be done to a label. */
export function LabelMenuItems(props: {
  label: SpanLabelType;
  into: SpanLabelType | undefined;
  set: ReturnType<typeof useLabelSet>;
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
  onEdit: () => void;
  onMerge: () => void;
}) {
  const { label, into, set, onUp, onDown, onEdit, onMerge } = props;
  const { unmerge } = useMerge();
  return (
    <>
      <MenuItem onSelect={onEdit}>Edit…</MenuItem>
      {onUp && (
        <MenuItem onSelect={onUp} hint="Alt ↑">
          Move up
        </MenuItem>
      )}
      {onDown && (
        <MenuItem onSelect={onDown} hint="Alt ↓">
          Move down
        </MenuItem>
      )}
      {into ? (
        <MenuItem onSelect={() => unmerge(label, into)}>Undo the merge</MenuItem>
      ) : (
        <>
          <MenuItem onSelect={onMerge}>Merge into…</MenuItem>
          <MenuItem onSelect={() => set.setActive(label, !label.isActive)}>
            {label.isActive ? 'Archive' : 'Restore'}
          </MenuItem>
        </>
      )}
      <MenuSeparator />
      <MenuItem danger onSelect={() => set.remove(label)}>
        Delete
      </MenuItem>
    </>
  );
}
