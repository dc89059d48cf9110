import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Span } from '@/contract/spans';
import { freePort } from '@/lib/postgres/free-port';
import { type TestServer, testServer } from '@/server/testing';
import { type ServerProcess, startServerProcess } from '@/server/testing-process';
import { startEditor } from './testing/edits';
import { IS_LONG } from './testing/length';

const EDITORS = 16;
const EDITS = IS_LONG ? 100 : 12;
const HISTORIES = IS_LONG ? 3 : 1;

let server: TestServer;
const web: { port: number; process: ServerProcess }[] = [];
beforeAll(async () => {
  server = await testServer();
  // Two processes, as behind a load balancer.
  for (let n = 0; n < 2; n += 1) {
    const port = await freePort();
    web.push({ port, process: await startServerProcess(server.url, port) });
  }
});
afterAll(async () => {
  for (const { process } of web) await process.kill();
  await server.close();
});

type Revision = { rev: number; uid: string; op: string; before: Span | null; after: Span | null };

test(
  'of 16 who edit the same spans nobody loses a change, and all end with the same chart',
  async () => {
    for (let history = 0; history < HISTORIES; history += 1) {
      const seed = Math.floor(Math.random() * 2 ** 32);
      console.log(`seed ${seed}`);
      const random = randomFrom(seed);
      const { id: chartId } = await server.owner.charts.create({ name: `History ${seed}` });
      const editors = Array.from({ length: EDITORS }, (_, n) =>
        startEditor(web[n % 2]!.port, chartId, `editor ${n}`, random),
      );
      await expect.poll(() => editors.every(({ isOpen }) => isOpen())).toBe(true);
      await Promise.all(editors.map((editor) => editor.work(EDITS)));

      const log = await readLog(chartId);
      const stored = replay(log);
      const edits = editors.flatMap((editor) => editor.edits);
      expect(log.map(({ rev }) => rev)).toEqual(log.map((_, i) => i + 1));
      check(edits, log);
      const listed = await server.owner.spans.list({ chartId, from: -1, to: 1_000 });
      expect(versionsOf(listed)).toEqual(versionsOf(stored.values()));
      for (const { heard, live } of editors) {
        await expect.poll(() => versionsOf(heard().values())).toEqual(versionsOf(stored.values()));
        expect(live.errors).toEqual([]);
        live.unsubscribe();
      }
      const conflicts = edits.filter(({ conflict }) => conflict).length;
      console.log(`${edits.length} edits, ${log.length} revisions, ${conflicts} conflicts`);
    }
  },
  HISTORIES * 300_000,
);

const readLog = async (chartId: number): Promise<Revision[]> => {
  const { revisions } = await import('@/lib/db/schema');
  const { asc, eq } = await import('drizzle-orm');
  const rows = await server.db
    .select()
    .from(revisions)
    .where(eq(revisions.chartId, chartId))
    .orderBy(asc(revisions.rev));
  return rows as Revision[];
};

/** The chart as its log makes it; fails where a change was made on anything but the last version. */
function replay(log: Revision[]): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const { uid, before, after } of log) {
    expect(before).toEqual(spans.get(uid) ?? null);
    if (after) spans.set(uid, after);
    else spans.delete(uid);
  }
  return spans;
}

/** Every acknowledged edit is in the log once, on what it was begun from; no refused one is. */
function check(edits: ReturnType<typeof startEditor>['edits'], log: Revision[]) {
  for (const { uid, op, base, note, conflict } of edits) {
    const ofUid = log.filter((line) => line.uid === uid);
    const later = ofUid.filter(({ rev }) => rev > base);
    if (conflict) {
      // Real: somebody has changed or deleted it since, and that is what the answer shows.
      const now = conflict.current;
      expect(later.map(({ after }) => after?.rev ?? null)).toContain(now?.rev ?? null);
      expect(ofUid.filter(({ after }) => after?.notes === note)).toEqual([]);
    } else if (op === 'delete') {
      // Who deletes what is deleted already has what it wanted.
      expect(later.map((line) => line.op)).toContain('delete');
    } else {
      const done = ofUid.filter(({ after }) => after?.notes === note && after.rev > base);
      const first = done.filter((line) => line.before?.notes !== note);
      const times = first.map((line) => [line.op, line.before?.rev ?? 0]);
      expect(times).toEqual([[op, base]]);
    }
  }
}

const versionsOf = (spans: Iterable<Span>) =>
  [...spans].map(({ uid, rev, notes }) => `${uid} ${rev} ${notes}`).sort();

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
