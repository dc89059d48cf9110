'use client';

import { useCallback, useEffect, useRef } from 'react';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { useDraft, useSession } from '../session/session';

/** A pause in typing after which what is there becomes a change, as leaving the field makes it one. */
const PAUSE_MS = 1_500;

/** What people can write notes on. */
type Noted = Extract<EditorRecord, { notes: string | null }>;

/** A record's notes; what is being typed is kept by the session from the first letter on. */
export function NotesField({ record }: { record: Noted }) {
  const { sync } = useSession();
  const { uid } = record;
  const draft = useDraft<Noted>(record);
  const text = (draft ? draft.notes : record.notes) ?? '';
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  const commit = useCallback(() => {
    clearTimeout(pause.current);
    sync.commitDraft(uid);
  }, [sync, uid]);
  // Selecting another record takes the field away without a blur.
  useEffect(() => commit, [commit]);

  return (
    <textarea
      aria-label="Notes"
      rows={2}
      maxLength={10_000}
      value={text}
      placeholder="What makes it one?"
      onChange={({ target }) => {
        sync.setDraft(uid, { notes: target.value || null });
        clearTimeout(pause.current);
        pause.current = setTimeout(commit, PAUSE_MS);
      }}
      onBlur={() => {
        if (text !== text.trim()) sync.setDraft(uid, { notes: text.trim() || null });
        commit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) {
          event.currentTarget.blur();
        }
      }}
      className="block w-full resize-y rounded-md border border-line bg-raised px-2 py-1"
    />
  );
}
