'use client';

import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { PrimaryButton } from '@/components/primary-button';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { equal, fieldsOf } from '@/editor/records';
import { useSaveState, useSession } from '../session/session';
import type { OpenConflict } from '../session/sync/types';
import { annotationKindOf } from './kinds/kinds';

/** A record that somebody else changed meanwhile: both versions, and the question which one stays. */
export function ConflictDialog() {
  const session = useSession();
  const { conflicts } = useSaveState();
  const [conflict] = conflicts;
  if (!conflict) return null;
  const { uid, mine, theirs } = conflict;
  return (
    <Dialog
      title="Changed in two places"
      description={`Somebody changed this while you did. ${conflicts.length > 1 ? `${conflicts.length} such changes wait.` : ''}`}
      // It can only be answered: closing it would leave a change that is neither saved nor given up.
      width={560}
      footer={
        <>
          <Button onClick={() => session.sync.resolve(uid, 'theirs')}>Take theirs</Button>
          <PrimaryButton onClick={() => session.sync.resolve(uid, 'mine')}>Keep mine</PrimaryButton>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3">
        <Version title="Yours" record={mine} conflict={conflict} />
        <Version title="Theirs" record={theirs} conflict={conflict} />
      </div>
    </Dialog>
  );
}

function Version(props: { title: string; record: EditorRecord | null; conflict: OpenConflict }) {
  const { title, record, conflict } = props;
  const session = useSession();
  return (
    <section className="rounded-md border border-line bg-raised p-3">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {record ? (
        <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-y-1 break-words">
          {annotationKindOf(record.kind)
            .conflictLines(session, record)
            .map(([name, value, keys]) => {
              const differs = isDifferent(conflict, keys);
              return (
                <div key={name} className="contents">
                  <dt className="text-muted">{name}</dt>
                  <dd className={differs ? 'font-semibold text-warning' : ''}>{value}</dd>
                </div>
              );
            })}
        </dl>
      ) : (
        <p className="text-muted">Deleted</p>
      )}
    </section>
  );
}

function isDifferent({ mine, theirs }: OpenConflict, keys: string[]): boolean {
  if (!mine || !theirs) return false;
  const a: Record<string, unknown> = fieldsOf(mine);
  const b: Record<string, unknown> = fieldsOf(theirs);
  return keys.some((key) => !equal(a[key], b[key]));
}
