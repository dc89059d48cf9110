'use client';

import { useCallback, useEffect, useRef } from 'react';
import type { SpanRecord } from '@/editor/kinds/span';
import { useDraft, useSession } from '../session/session';

/** A pause in typing after which what is there becomes a change, as leaving the field makes it one. */
const PAUSE_MS = 1_500;

/** A span's notes; what is being typed is kept by the session from the first letter on. */
export function NotesField({ span }: { span: SpanRecord }) {
  const { sync } = useSession();
  const { uid } = span;
  const draft = useDraft(span);
  const text = (draft ? draft.notes : span.notes) ?? '';
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  const commit = useCallback(() => {
    clearTimeout(pause.current);
    sync.commitDraft(uid);
  }, [sync, uid]);
  // Selecting another span takes the field away without a blur.
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
