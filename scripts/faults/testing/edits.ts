import { randomUUID } from 'node:crypto';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { Conflict } from '@/contract/errors';
import { completeSpan, type Span } from '@/contract/spans';
import { transformer } from '@/contract/transformer';
import { followChart } from '@/server/live/testing-follow';
import type { AppRouter } from '@/server/root';

/** One write: what it was begun from, the note that tells it apart, and what the server said. */
export type Edit = {
  uid: string;
  op: 'create' | 'update' | 'delete';
  base: number;
  note: string;
  conflict?: Conflict<Span>;
};

/** One who edits a chart, of which it knows what its answers and the live stream have told. */
export function startEditor(port: number, chartId: number, name: string, random: () => number) {
  const client = createTRPCClient<AppRouter>({
    links: [httpLink({ url: `http://127.0.0.1:${port}/api/trpc`, transformer })],
  });
  const live = followChart(port, { chartId });
  const edits: Edit[] = [];

  /** The chart as the stream has told it so far. */
  function heard(): Map<string, Span> {
    const spans = new Map<string, Span>();
    for (const event of live.events) {
      if (event.type !== 'changes') continue;
      for (const span of event.spans) spans.set(span.uid, span);
      for (const uid of event.deleted) spans.delete(uid);
    }
    return spans;
  }

  function nextEdit(): {
    edit: Edit;
    diff: Parameters<typeof client.spans.save.mutate>[0]['diff'];
  } {
    const note = `${name} ${edits.length}`;
    const known = [...heard().values()];
    const pick = known[Math.floor(random() * known.length)];
    const dice = random();
    const fields = completeSpan({ startTime: 0, endTime: 60, label: 'custom', notes: note });
    if (!pick || dice < 0.15) {
      const uid = randomUUID();
      return {
        edit: { uid, op: 'create', base: 0, note },
        diff: { created: [{ uid, ...fields }] },
      };
    }
    const { uid, rev } = pick;
    if (dice < 0.25) {
      return { edit: { uid, op: 'delete', base: rev, note }, diff: { deleted: [{ uid, rev }] } };
    }
    const edit: Edit = { uid, op: 'update', base: rev, note };
    return { edit, diff: { updated: [{ uid, rev, ...fields }] } };
  }

  async function send(edit: Edit, save: () => Promise<unknown>) {
    try {
      await save();
    } catch (error) {
      const isConflict = error instanceof TRPCClientError && error.data?.code === 'CONFLICT';
      if (!isConflict) throw error;
      edit.conflict = error.data.conflicts[0];
    }
  }

  return {
    edits,
    heard,
    live,
    isOpen: live.isOpen,
    async work(count: number) {
      for (let n = 0; n < count; n += 1) {
        const { edit, diff } = nextEdit();
        edits.push(edit);
        await send(edit, () => client.spans.save.mutate({ chartId, diff }));
        // A browser that did not hear the answer sends it again, and says so of a creation.
        if (edit.conflict || random() >= 0.2) continue;
        const created = diff.created?.map((span) => ({ ...span, rev: 0 }));
        await send({ ...edit }, () =>
          client.spans.save.mutate({ chartId, diff: { ...diff, created } }),
        );
      }
    },
  };
}
