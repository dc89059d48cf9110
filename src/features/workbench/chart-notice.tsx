'use client';

import { Info, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/components/button';
import { select } from '../session/commands';
import { rangeOf } from '../session/selection';
import { type Session, useSaveState, useSession, useView } from '../session/session';

/** What came of something that was done, where nothing else on the page would tell. */
export function ChartNotice() {
  const session = useSession();
  const { view, editor } = session;
  const said = useView((state) => state.notice);
  const fit = useView((state) => state.fit);
  const { problem, refused } = useSaveState();
  // What was refused waits for the person, who has to read all of it and can go on meanwhile.
  const refusal = problem?.final ? problem.message : null;
  const notice = fit ?? said;
  const shown = refused.find((uid) => editor.get(uid));
  return (
    <div
      role="status"
      className="absolute bottom-[124px] left-3 z-10 flex max-w-[calc(100%-96px)] flex-col items-start gap-2"
    >
      {refusal && (
        <Line text={refusal}>
          {shown && <Button onClick={() => show(session, shown)}>Show it</Button>}
        </Line>
      )}
      {notice && notice !== refusal && (
        <Line text={notice}>
          {!fit && (
            <button
              type="button"
              aria-label="Close"
              onClick={() => view.setState({ notice: null })}
              className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
            >
              <X size={15} />
            </button>
          )}
        </Line>
      )}
    </div>
  );
}

function Line({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex max-w-full items-center gap-2 rounded-md border border-line bg-panel py-1.5 pr-1.5 pl-3">
      <Info size={15} className="shrink-0 text-accent" />
      <span className="min-w-0">{text}</span>
      {children}
    </div>
  );
}

function show(session: Session, uid: string) {
  const record = session.editor.get(uid);
  if (!record) return;
  select(session, uid);
  const [first, last] = rangeOf(record);
  void session.chartView.current?.showRange(first, last);
}
