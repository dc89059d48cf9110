'use client';

import { Info, X } from 'lucide-react';
import { useSaveState, useSession, useView } from '../session/session';

/** What came of something that was done, where nothing else on the page would tell. */
export function ChartNotice() {
  const { view } = useSession();
  const said = useView((state) => state.notice);
  const fit = useView((state) => state.fit);
  const { problem } = useSaveState();
  // What was refused waits for the person, who has to read all of it.
  const notice = problem?.final ? problem.message : (fit ?? said);
  return (
    <div
      role="status"
      className="absolute bottom-[124px] left-3 z-10 flex max-w-[calc(100%-96px)] items-center gap-2 rounded-md border border-line bg-panel py-1.5 pr-1.5 pl-3 empty:hidden"
    >
      {notice && (
        <>
          <Info size={15} className="shrink-0 text-accent" />
          <span className="min-w-0">{notice}</span>
          {!problem?.final && !fit && (
            <button
              type="button"
              aria-label="Close"
              onClick={() => view.setState({ notice: null })}
              className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
            >
              <X size={15} />
            </button>
          )}
        </>
      )}
    </div>
  );
}
