'use client';

import { clsx } from 'clsx';
import { Search, Sparkles } from 'lucide-react';
import { useMemo } from 'react';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { LabelMenu } from '../labels/label-menu';
import { reviewQueue } from '../models/review-queue';
import { useCommand } from '../session/command-context';
import { chooseLabel } from '../session/commands';
import type { KeyedLabel } from '../session/label-keys';
import { useRecords, useSession, useView } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';

/** More chips than these need the room of their counts for their names, unless the window is wide. */
const FEW = 6;

export function LabelDock() {
  const { labels } = useSession();
  const review = useCommand('review.next');
  const find = useCommand('label.find');
  const records = useRecords();
  const minScore = useView((state) => state.minScore);
  const open = useMemo(() => reviewQueue(records, minScore).length, [records, minScore]);
  const active = labels.filter(({ isActive }) => isActive);
  const chips = active
    .filter(({ key }) => key?.length === 1)
    .sort((a, b) => placeOf(a) - placeOf(b));
  const others = active.length - chips.length;
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-line border-t bg-panel px-2.5">
      <div className="flex min-w-0 gap-1.5">
        {chips.map((label) => (
          <Chip key={label.name} label={label} isRoomy={chips.length <= FEW} />
        ))}
      </div>
      <LabelMenu>
        <button
          type="button"
          aria-label={others > 0 ? `Find a label, ${others} more` : 'Find a label'}
          onClick={find.run}
          className="flex h-[26px] shrink-0 items-center gap-1.5 rounded-full border border-line bg-raised px-2 text-muted hover:border-faint hover:text-text"
        >
          <Search size={13} /> <Kbd>{find.shortcut}</Kbd>
          {others > 0 && <span className="tabular-nums">+{formatCount(others)}</span>}
        </button>
      </LabelMenu>
      <span className="flex-1" />
      {open > 0 && (
        <button
          type="button"
          onClick={review.run}
          className="flex shrink-0 items-center gap-1.5 text-muted hover:text-text"
        >
          <Sparkles size={16} /> {formatCount(open)} to review <Kbd>{review.shortcut}</Kbd>
        </button>
      )}
    </div>
  );
}

/** As on the keyboard: 0 is the last. */
const placeOf = ({ key }: KeyedLabel) => Number(key) || 10;

function Chip({ label, isRoomy }: { label: KeyedLabel; isRoomy: boolean }) {
  const session = useSession();
  const isActive = useView((state) => state.activeLabel === label.name);
  const counts = useLabelCounts();
  return (
    <button
      type="button"
      aria-pressed={isActive}
      title={label.displayName}
      onClick={() => chooseLabel(session, label.name)}
      className={clsx(
        'flex h-[26px] min-w-16 items-center gap-1.5 rounded-full border px-1.5 pr-2.5',
        isActive
          ? 'border-accent bg-accent-bg text-accent'
          : 'border-line bg-raised text-text hover:border-faint',
      )}
    >
      {label.key && <Kbd>{label.key}</Kbd>}
      <span className="size-2.5 shrink-0 rounded-[3px]" style={{ background: label.color }} />
      <span className="min-w-0 max-w-40 truncate">{label.displayName}</span>
      <span className={clsx('text-muted tabular-nums', !isRoomy && 'hidden min-[1680px]:inline')}>
        {formatCount(counts.get(label.name) ?? 0)}
      </span>
    </button>
  );
}
