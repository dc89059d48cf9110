import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import { connect } from '@/lib/db';
import { startProxy } from '@/lib/db/testing-proxy';
import { callerFor } from '@/server/root';
import { type TestServer, testServer } from '@/server/testing';
import { IS_LONG } from './testing/length';

const ROUNDS = IS_LONG ? 100 : 5;

let server: TestServer;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let own: ReturnType<typeof connect>;
let chartId: number;
beforeAll(async () => {
  server = await testServer();
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
  const url = new URL(server.url);
  proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  own = connect(url.href);
});
afterAll(async () => {
  await own.close();
  await proxy.close();
  await server.close();
});

const owner = () => callerFor({ db: own.db, actor: { id: 'local', role: 'owner' } });
const logged = async (uid: string) => {
  const rows = await server.db.execute(
    sql`select op from revisions where uid = ${uid} order by rev`,
  );
  return rows.map(({ op }) => op);
};

async function losing(send: () => Promise<unknown>) {
  await owner().charts.list();
  proxy.loseCommit();
  await expect(send()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(proxy.isCommitLost()).toBe(true);
}

/** Sends it, loses the answer to its commit, sends it again; what came back for it in the end. */
async function twice<T>(send: () => Promise<T>): Promise<T> {
  await losing(send);
  return await send();
}

test(
  'a save whose commit was not acknowledged is done once, however often it is sent',
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const uid = randomUUID();
      const span = { uid, ...completeSpan({ startTime: 0, endTime: 60, label: 'custom' }) };
      const created = await twice(() => owner().spans.save({ chartId, diff: { created: [span] } }));
      const changed = { ...span, notes: 'changed', rev: created.rev };
      const updated = await twice(() =>
        owner().spans.save({ chartId, diff: { updated: [changed] } }),
      );
      expect([created, updated]).toMatchObject([
        { rows: [{ uid, notes: null, rev: created.rev }] },
        { rows: [{ uid, notes: 'changed', rev: created.rev + 1 }] },
      ]);
      const deleted = await twice(() =>
        owner().spans.save({ chartId, diff: { deleted: [{ uid, rev: updated.rev }] } }),
      );
      expect(deleted).toMatchObject({ rev: created.rev + 2, deleted: [uid] });
      expect(await logged(uid)).toEqual(['create', 'update', 'delete']);

      const mark = { uid: randomUUID(), ...completeAnnotation({ time: 1, labelType: 'break_up' }) };
      await twice(() => owner().annotations.save({ chartId, diff: { created: [mark] } }));
      expect(await logged(mark.uid)).toEqual(['create']);
    }
    // Each was drawn one revision, and none was skipped.
    const { rev } = await server.owner.charts.get({ chartId });
    expect(rev).toBe(ROUNDS * 4);
  },
  ROUNDS * 5_000 + 30_000,
);

test(
  'a creation that somebody else deleted before it is sent again is not done again',
  async () => {
    await server.db.execute(sql`insert into users (id, name) values ('other', 'Other')`);
    await server.db.execute(
      sql`insert into chart_members values (${chartId}, 'other', 'annotator')`,
    );
    const other = callerFor({ db: server.db, actor: { id: 'other', role: 'annotator' } });
    for (let round = 0; round < ROUNDS; round += 1) {
      const uid = randomUUID();
      const span = { uid, ...completeSpan({ startTime: 0, endTime: 60, label: 'custom' }) };
      const save = (rev?: number) =>
        owner().spans.save({ chartId, diff: { created: [{ ...span, rev }] } });
      await losing(() => save());
      const { rev } = await server.owner.charts.get({ chartId });
      const deleted = await other.spans.save({ chartId, diff: { deleted: [{ uid, rev }] } });
      await expect(save(0)).rejects.toMatchObject({
        code: 'CONFLICT',
        cause: { conflicts: [{ uid, current: null }] },
      });
      expect(await logged(uid)).toEqual(['create', 'delete']);

      // Taking the deletion back is another creation, of which the same holds.
      await losing(() => save());
      expect(await save(deleted.rev)).toMatchObject({ rev: rev + 2, rows: [{ uid }] });
      await other.spans.save({ chartId, diff: { deleted: [{ uid, rev: rev + 2 }] } });
      await expect(save(deleted.rev)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await logged(uid)).toEqual(['create', 'delete', 'create', 'delete']);
    }
  },
  ROUNDS * 5_000 + 30_000,
);
