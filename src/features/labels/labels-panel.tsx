'use client';

import { Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/button';
import { Notice } from '@/components/notice';
import type { SpanLabelType } from '@/contract/spans';
import { ExaminedSummary } from '../examined/examined-summary';
import { LabelOutcomesDialog } from '../outcomes/label-outcomes-dialog';
import { useSession } from '../session/session';
import { LabelDialog } from './label-dialog';
import { LabelList } from './label-list';
import { MergeDialog } from './merge-dialog';
import { useLabelSet } from './use-label-set';

/** The label set, with how often each label is used on this chart; made and changed here. */
export function LabelsPanel() {
  const { labels } = useSession();
  const set = useLabelSet();
  const [words, setWords] = useState('');
  const [showsOutcomes, setShowsOutcomes] = useState(false);
  const [merged, setMerged] = useState<SpanLabelType | null>(null);
  const [edited, setEdited] = useState<SpanLabelType | 'new' | null>(null);
  const wanted = words.trim().toLowerCase();
  const shown = labels.filter(({ displayName, name, groupName }) =>
    `${displayName} ${name} ${groupName ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      {set.error && (
        <div className="p-2">
          <Notice tone="error" actions={<Button onClick={set.dismiss}>Close</Button>}>
            {set.error.message}
          </Notice>
        </div>
      )}
      <div className="shrink-0">
        <ExaminedSummary />
      </div>
      {labels.length > 12 && (
        <label className="mx-2 mt-2 flex h-[27px] shrink-0 items-center gap-2 rounded-md border border-line bg-raised px-2 text-faint">
          <Search size={15} />
          <input
            type="search"
            value={words}
            onChange={(event) => setWords(event.target.value)}
            placeholder="Search labels"
            aria-label="Search labels"
            className="min-w-0 flex-1 bg-transparent text-text outline-none"
          />
        </label>
      )}
      <LabelList labels={shown} set={set} onEdit={setEdited} onMerge={setMerged} />
      <div className="flex shrink-0 flex-wrap gap-1.5 px-3.5 py-3">
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
