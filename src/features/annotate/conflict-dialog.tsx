'use client';

import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { formatRange, formatTime } from '@/components/format';
import { PrimaryButton } from '@/components/primary-button';
import { type EditorRecord, equal, fieldsOf } from '@/editor/records';
import { labelStyle } from '../session/label-style';
import type { OpenConflict } from '../session/save-queue';
import { type Session, useSaveState, useSession } from '../session/session';

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
          <Button onClick={() => session.queue.resolve(uid, 'theirs')}>Take theirs</Button>
          <PrimaryButton onClick={() => session.queue.resolve(uid, 'mine')}>
            Keep mine
          </PrimaryButton>
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
        <dl className="grid grid-cols-[84px_1fr] gap-y-1">
          {linesOf(session, record).map(([name, value, keys]) => {
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

function linesOf(
  { chart, labels, annotationTypes }: Session,
  record: EditorRecord,
): [name: string, value: string, keys: string[]][] {
  if (record.kind === 'marker') {
    const type = annotationTypes.find(({ name }) => name === record.labelType);
    return [
      ['Type', type?.displayName ?? record.labelType, ['labelType']],
      ['Time', formatTime(record.time, chart.timeframe), ['time']],
    ];
  }
  const range = formatRange(record.startTime, record.endTime, chart.timeframe);
  const shared: [string, string, string[]][] = [
    ['Label', labelStyle(labels, record.label).text, ['label']],
    ['Range', range, ['startTime', 'endTime']],
  ];
  if (record.kind === 'prediction') return [...shared, ['Review', record.status, ['status']]];
  return [
    ...shared,
    ['Confidence', String(record.confidence ?? '–'), ['confidence']],
    ['Outcome', record.outcome ?? '–', ['outcome']],
    ['Notes', record.notes ?? '–', ['notes']],
  ];
}
