'use client';

import { type ReactNode, useEffect, useMemo } from 'react';
import { ALL_TIME, MAX_ROWS } from '@/contract/common';
import { createEditor } from '@/editor/editor';
import { isPassing, trpc } from '@/trpc/client';
import { createExamined } from './examined-store';
import { recordsAsOf } from './record-source';
import { type Session, SessionContext, useSession, useView } from './session';
import { createSync } from './sync/sync';

const refused = () => Promise.reject(new Error('The chart is shown as it was, to be looked at.'));

/** What is inside shows the chart as a revision left it, where nothing can be changed, while one is asked for. */
export function AsOfSession({ children }: { children: ReactNode }) {
  const session = useSession();
  const rev = useView((state) => state.asOf);
  const past = usePast(session, rev);
  return <SessionContext value={past ?? session}>{children}</SessionContext>;
}

function usePast(session: Session, rev: number | null): Session | null {
  const { chart, view } = session;
  const utils = trpc.useUtils();
  const past = useMemo(() => {
    if (rev === null) return null;
    const { asOf } = utils.client.history;
    const types = () => utils.annotations.types.getData() ?? [];
    const editor = createEditor({ isReadOnly: true });
    const sync = createSync({ editor, source: recordsAsOf(asOf.query, chart.id, rev, types) });
    const transport = { mark: refused, unmark: refused, revert: refused };
    return { editor, sync, examined: createExamined({ editor, isPassing, transport }) };
  }, [rev, chart.id, utils]);
  useEffect(() => {
    if (!past || rev === null) return;
    let isShown = true;
    const { asOf } = utils.client.history;
    const moment = { chartId: chart.id, moment: { rev }, ...ALL_TIME, limit: MAX_ROWS };
    Promise.all([asOf.query(moment), past.sync.read()])
      .then(([{ examined }]) => isShown && past.examined.start(examined))
      .catch((error: Error) => isShown && view.setState({ asOf: null, notice: error.message }));
    return () => {
      isShown = false;
      past.sync.close();
    };
  }, [past, rev, chart.id, utils, view]);
  return useMemo(() => past && { ...session, ...past }, [past, session]);
}
