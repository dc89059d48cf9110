'use client';

import { clsx } from 'clsx';
import { Sparkles } from 'lucide-react';
import { useMemo } from 'react';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { reviewQueue } from '../models/review-queue';
import { useCommand } from '../session/command-context';
import { chooseLabel } from '../session/commands';
import { useRecords, useSession, useView } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';

export function LabelDock() {
  const session = useSession();
  const review = useCommand('review.next');
  const records = useRecords();
  const active = useView((state) => state.activeLabel);
  const minScore = useView((state) => state.minScore);
  const counts = useLabelCounts();
  const open = useMemo(() => reviewQueue(records, minScore).length, [records, minScore]);
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-line border-t bg-panel px-2.5">
      <div className="flex min-w-0 flex-1 gap-1.5 overflow-x-auto [scrollbar-width:none]">
        {session.labels
          .filter((label) => label.isActive)
          .map((label) => (
            <button
              key={label.name}
              type="button"
              aria-pressed={label.name === active}
              onClick={() => chooseLabel(session, label.name)}
              className={clsx(
                'flex h-[26px] shrink-0 items-center gap-1.5 rounded-full border px-1.5 pr-2.5',
                label.name === active
                  ? 'border-accent bg-accent-bg text-accent'
                  : 'border-line bg-raised text-text hover:border-faint',
              )}
            >
              {label.hotkey && <Kbd>{label.hotkey}</Kbd>}
              <span className="size-2.5 rounded-[3px]" style={{ background: label.color }} />
              <span className="max-w-40 truncate">{label.displayName}</span>
              <span className="text-muted tabular-nums">
                {formatCount(counts.get(label.name) ?? 0)}
              </span>
            </button>
          ))}
      </div>
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
