'use client';

import { clsx } from 'clsx';
import { MoreHorizontal, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Menu, MenuItem, MenuSeparator } from '@/components/menu';
import { Notice } from '@/components/notice';
import type { SpanLabelType } from '@/contract/spans';
import { Swatch } from '../annotate/swatch';
import { ExaminedSummary } from '../examined/examined-summary';
import { LabelOutcomesDialog } from '../outcomes/label-outcomes-dialog';
import { chooseLabel } from '../session/commands';
import { useSession, useView } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';
import { LabelDialog } from './label-dialog';
import { MergeDialog } from './merge-dialog';
import { useLabelSet } from './use-label-set';
import { useMerge } from './use-merge';

/** The label set, with how often each label is used on this chart; made and changed here. */
export function LabelsPanel() {
  const { labels } = useSession();
  const counts = useLabelCounts();
  const set = useLabelSet();
  const [showsOutcomes, setShowsOutcomes] = useState(false);
  const { unmerge } = useMerge();
  const [merged, setMerged] = useState<SpanLabelType | null>(null);
  const [edited, setEdited] = useState<SpanLabelType | 'new' | null>(null);
  const into = ({ mergedInto }: SpanLabelType) => labels.find(({ id }) => id === mergedInto);
  return (
    <>
      {set.error && (
        <div className="p-2">
          <Notice tone="error" actions={<Button onClick={set.dismiss}>Close</Button>}>
            {set.error.message}
          </Notice>
        </div>
      )}
      <ExaminedSummary />
      <ul aria-label="Labels" className="py-1.5">
        {labels.map((label, at) => (
          <LabelRow
            key={label.id}
            label={label}
            count={counts.get(label.name) ?? 0}
            into={into(label)}
          >
            <MenuItem onSelect={() => setEdited(label)}>Edit…</MenuItem>
            {at > 0 && <MenuItem onSelect={() => set.move(at, at - 1)}>Move up</MenuItem>}
            {at < labels.length - 1 && (
              <MenuItem onSelect={() => set.move(at, at + 1)}>Move down</MenuItem>
            )}
            {into(label) ? (
              <MenuItem onSelect={() => unmerge(label, into(label) ?? label)}>
                Undo the merge
              </MenuItem>
            ) : (
              <>
                <MenuItem onSelect={() => setMerged(label)}>Merge into…</MenuItem>
                <MenuItem onSelect={() => set.setActive(label, !label.isActive)}>
                  {label.isActive ? 'Archive' : 'Restore'}
                </MenuItem>
              </>
            )}
            <MenuSeparator />
            <MenuItem danger onSelect={() => set.remove(label)}>
              Delete
            </MenuItem>
          </LabelRow>
        ))}
      </ul>
      <div className="flex flex-wrap gap-1.5 px-3.5 pb-3">
        <Button icon={<Plus size={14} />} onClick={() => setEdited('new')}>
          New label
        </Button>
        <Button onClick={() => setShowsOutcomes(true)}>What came after…</Button>
      </div>
      {showsOutcomes && <LabelOutcomesDialog onClose={() => setShowsOutcomes(false)} />}
      {merged && <MergeDialog label={merged} onClose={() => setMerged(null)} />}
      {edited && (
        <LabelDialog label={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function LabelRow(props: {
  label: SpanLabelType;
  count: number;
  into: SpanLabelType | undefined;
  children: ReactNode;
}) {
  const { label, count, into, children } = props;
  const session = useSession();
  const active = useView((state) => state.activeLabel);
  return (
    <li className="flex items-center pr-2 hover:bg-raised has-[[aria-pressed=true]]:bg-accent-bg">
      <button
        type="button"
        aria-pressed={label.name === active}
        disabled={!label.isActive}
        onClick={() => chooseLabel(session, label.name)}
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
        {label.hotkey && label.isActive && <Kbd>{label.hotkey}</Kbd>}
      </button>
      <Menu
        width={160}
        trigger={
          <Button variant="ghost" className="ml-1 px-1" aria-label={`Change ${label.displayName}`}>
            <MoreHorizontal size={16} />
          </Button>
        }
      >
        {children}
      </Menu>
    </li>
  );
}
