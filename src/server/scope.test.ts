import { randomUUID } from 'node:crypto';
import type { inferRouterInputs } from '@trpc/server';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { completeSpan } from '@/contract/spans';
import type { AppRouter } from './root';
import { procedures } from './testing';
import {
  bars,
  CSV,
  fileName,
  LABEL_FILE,
  MARKER,
  mapping,
  masked,
  missing,
  scopeTests,
  type Things,
  textOf,
  window,
} from './testing-scope';

/*
 * Alice and Bob are owners, and each has a chart. Every procedure is tried by Alice with what is
 * Bob's: she reads nothing of it and changes nothing, and is told what she would be told if it did
 * not exist. Bob's own call with the same input succeeds, so that each attempt is a real one.
 */

type Own = { uploadId: string };
type Case<Input> =
  /** Names something of Bob's; `own` are the caller's uploads. */
  | { names: (bob: Things, own: Own) => Input }
  /** As `names`, and answers anybody, the same for what is somebody else's and what is not there. */
  | { spares: (bob: Things) => Input }
  /** Names nothing; the answer holds what the caller may see. */
  | { asks: Input }
  /** Not about charts. */
  | { shared: string };
type Inputs = inferRouterInputs<AppRouter>;
type Cases = { [D in keyof Inputs]: { [P in keyof Inputs[D]]: Case<Inputs[D][P]>[] } };

const LABELS = [{ shared: 'label sets are the whole installation’s' }];
const chart = { names: ({ chartId }: Things) => ({ chartId }) };
const inWindow = { names: ({ chartId }: Things) => ({ chartId, ...window }) };
const CASES: Cases = {
  charts: {
    list: [{ asks: undefined }],
    overview: [{ asks: undefined }],
    picture: [chart],
    deleted: [{ asks: undefined }],
    restore: [chart],
    oldDatabase: [{ shared: 'a file of this machine, for who manages the installation' }],
    get: [chart],
    contents: [chart],
    create: [{ asks: { name: 'Mine' } }],
    setExchangeZone: [{ names: ({ chartId }) => ({ chartId, zone: 'Asia/Tokyo' }) }],
    rename: [{ names: ({ chartId }) => ({ chartId, name: `${MARKER} ${randomUUID()}` }) }],
    delete: [chart],
  },
  candles: {
    pyramid: [chart],
    tiles: [
      {
        names: ({ chartId, dataRev }) => ({
          chartId,
          dataRev,
          timeframe: 60,
          level: 0,
          seqs: [0],
        }),
      },
    ],
    locate: [{ names: ({ chartId }) => ({ chartId, timeframe: 60, time: 90 }) }],
    window: [inWindow],
    measure: [
      {
        names: ({ chartId }) => ({ chartId, ranges: [{ startTime: 0, endTime: 600 }] }),
      },
    ],
    gaps: [chart],
  },
  uploads: {
    append: [{ names: ({ uploadId }) => ({ uploadId, offset: CSV.length, bytes: '' }) }],
    inspect: [{ names: ({ uploadId }) => ({ uploadId, fileName }) }],
    range: [{ names: ({ uploadId }) => ({ uploadId, fileName, mapping }) }],
    previewImport: [
      {
        names: ({ chartId }, own) => ({ ...own, fileName, mapping, mode: 'merge', chartId }),
      },
    ],
    import: [
      {
        names: ({ chartId }, own) => ({
          ...own,
          fileName,
          mapping,
          target: { mode: 'merge', chartId },
        }),
      },
    ],
    outcome: [{ spares: ({ uploadId }) => ({ uploadId }) }],
    discard: [{ spares: ({ uploadId }) => ({ uploadId }) }],
  },
  annotations: {
    types: LABELS,
    createType: LABELS,
    updateType: LABELS,
    reorderTypes: LABELS,
    deleteType: LABELS,
    list: [inWindow],
    counts: [inWindow],
    save: [
      {
        names: ({ chartId }) => ({
          chartId,
          diff: {
            created: [
              { uid: randomUUID(), ...completeAnnotation({ time: 0, labelType: 'break_up' }) },
            ],
          },
        }),
      },
    ],
    bulkDelete: [inWindow],
  },
  spans: {
    types: LABELS,
    createType: LABELS,
    updateType: LABELS,
    reorderTypes: LABELS,
    deleteType: LABELS,
    groups: LABELS,
    setOverlap: LABELS,
    renameGroup: LABELS,
    previewMerge: LABELS,
    mergeTypes: LABELS,
    unmergeType: LABELS,
    list: [inWindow],
    authors: [chart],
    counts: [inWindow],
    save: [
      {
        names: ({ chartId }) => ({
          chartId,
          diff: {
            created: [{ uid: randomUUID(), ...completeSpan({ ...bars, label: 'bull_flag' }) }],
          },
        }),
      },
    ],
    bulkDelete: [inWindow],
  },
  examined: {
    list: [chart],
    count: [chart],
    next: [
      { asks: { asker: randomUUID() } },
      { names: ({ chartId }) => ({ chartId, asker: randomUUID() }) },
    ],
    mark: [{ names: ({ chartId }) => ({ chartId, ...bars }) }],
    unmark: [{ names: ({ chartId }) => ({ chartId, ...bars }) }],
    revert: [{ names: ({ chartId, examinedRev }) => ({ chartId, rev: examinedRev }) }],
  },
  example: { open: [{ asks: {} }] },
  history: {
    revisions: [chart],
    entries: [chart],
    asOf: [
      { names: ({ chartId }) => ({ chartId, moment: { rev: 1 } }) },
      { names: ({ chartId }) => ({ chartId, moment: { at: 1 } }) },
    ],
    restore: [{ names: ({ chartId }) => ({ chartId, rev: 0 }) }],
  },
  live: {
    chart: [{ names: ({ chartId }) => ({ chartId, since: 0 }) }],
    charts: [{ spares: ({ chartId }) => ({ charts: [{ chartId, since: 0 }] }) }],
  },
  runs: {
    queue: [{ names: ({ chartId }) => ({ chartIds: [chartId] }) }],
    list: [chart],
    all: [{ asks: {} }],
    waiting: [{ asks: {} }],
    get: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
    cancel: [{ names: ({ queuedRun }) => ({ runId: queuedRun }) }],
    rename: [{ names: ({ doneRun }) => ({ runId: doneRun, name: 'mine' }) }],
    delete: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
    service: [{ shared: 'whether the service of this installation is there' }],
  },
  predictions: {
    list: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun, ...window }) }],
    review: [
      {
        names: ({ chartId, predictionId }) => ({
          chartId,
          reviews: [{ id: predictionId, status: 'new', spanUid: null }],
          diff: {},
        }),
      },
    ],
    request: [
      { names: ({ chartId, doneRun }) => ({ runId: doneRun, chartIds: [chartId] }) },
      { names: ({ doneRun }) => ({ runId: doneRun, chartIds: null }) },
    ],
    progress: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun }) }],
    conditions: [{ names: ({ chartId, doneRun }) => ({ chartId, runId: doneRun }) }],
    cancel: [{ names: ({ doneRun }) => ({ runId: doneRun }) }],
  },
  searches: {
    start: [{ names: ({ chartId }) => ({ chartId, ...bars, label: 'bull_flag' }) }],
    live: [
      { names: ({ chartId }) => ({ chartId, ...bars, label: 'bull_flag', asker: randomUUID() }) },
    ],
    rank: [{ names: ({ chartId, searchRun }) => ({ chartId, runId: searchRun }) }],
    list: [chart],
    all: [{ asks: {} }],
  },
  outcomes: {
    after: [{ names: ({ chartId }) => ({ chartId, time: 60 }) }],
    byLabel: [chart],
  },
  exports: {
    download: [
      { names: ({ chartId }) => ({ format: 'spans-json', chartIds: [chartId] }) },
      { asks: { format: 'spans-json', chartIds: null } },
      { asks: { format: 'parquet', chartIds: null } },
      { asks: { format: 'points-csv', chartIds: null } },
      { asks: { format: 'bio-csv', chartIds: null } },
      { asks: { format: 'windowed-csv', chartIds: null } },
    ],
    labelFormat: [{ names: ({ uploadId }) => ({ uploadId, fileName }) }],
    importLabels: [
      { names: ({ chartId }, own) => ({ uploadId: own.uploadId, fileName: LABEL_FILE, chartId }) },
    ],
  },
};

const { server, as, upload, seed, state, answerTo, failure, labelsOrCandles } = await scopeTests();
let bob = await seed();

const all = procedures.map(({ path, type }) => {
  const [domain = '', name = ''] = path.split('.');
  const cases = (CASES as Record<string, Record<string, Case<unknown>[]>>)[domain]?.[name];
  return { path, type, cases };
});

describe.each(all)('$path', ({ path, type, cases }) => {
  test('shows and changes nothing of another’s chart', async () => {
    expect(cases, `src/server/scope.test.ts has no case of ${path}`).toBeDefined();
    for (const each of cases ?? []) {
      if ('shared' in each) continue;
      const before = await state(bob);
      if ('asks' in each) {
        expect(textOf(await answerTo('alice', path, each.asks))).not.toContain(MARKER);
      } else if ('spares' in each) {
        const none = masked(textOf(await answerTo('alice', path, each.spares(missing()))));
        const answer = textOf(await answerTo('alice', path, each.spares(bob)));
        expect(masked(answer)).toEqual(none);
        expect(answer).not.toContain(MARKER);
      } else {
        const file = await labelsOrCandles(path, bob);
        const own = { uploadId: await upload('alice', file) };
        const told = await failure('alice', path, each.names(bob, own));
        expect(told.code).toBe('NOT_FOUND');
        expect(told).toEqual(await failure('alice', path, each.names(missing(), own)));
        expect(await state(bob)).toEqual(before);
        await answerTo('bob', path, each.names(bob, { uploadId: await upload('bob', file) }));
        if (type === 'mutation') bob = await seed();
        continue;
      }
      expect(await state(bob)).toEqual(before);
    }
  });
});

test('a deleted chart is left out everywhere, and comes back to its members alone', async () => {
  const labels = await labelsOrCandles('exports.importLabels', bob);
  await as('bob').charts.delete({ chartId: bob.chartId });
  for (const { path, cases } of all) {
    if (path === 'charts.restore') continue;
    for (const each of cases ?? []) {
      if (!('names' in each)) continue;
      const input = each.names(bob, { uploadId: await upload('bob', labels) });
      const names = typeof input === 'object' && input !== null ? Object.keys(input) : [];
      // What names neither is about files that were uploaded.
      if (!names.some((name) => /^(chart|run)Ids?$/.test(name))) continue;
      const told = await failure('bob', path, input);
      expect([path, told.code]).toEqual([path, 'NOT_FOUND']);
    }
  }
  const { chartId, doneRun } = bob;
  const listed = async () => ({
    charts: (await as('bob').charts.list()).some(({ id }) => id === chartId),
    overviews: (await as('bob').charts.overview()).some((each) => each.chartId === chartId),
    runs: (await as('bob').runs.all({})).some(({ id }) => id === doneRun),
  });
  expect(await listed()).toEqual({ charts: false, overviews: false, runs: false });
  expect(textOf(await as('alice').charts.deleted())).not.toContain(MARKER);
  await expect(as('alice').charts.restore({ chartId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await as('bob').charts.restore({ chartId });
  expect(await listed()).toEqual({ charts: true, overviews: true, runs: true });
});

describe('a member whose role on the chart is less than it is elsewhere', () => {
  beforeAll(async () => {
    await server.db.execute(
      sql`insert into chart_members (chart_id, user_id, role) values (${bob.chartId}, 'vera', 'viewer')`,
    );
  });
  const ofChart = procedures.filter(({ inputs }) => inputs.length > 1);

  test.each(ofChart)('$path', async ({ path, meta }) => {
    const [domain = '', name = ''] = path.split('.');
    const [each] = (CASES as Record<string, Record<string, Case<unknown>[]>>)[domain]?.[name] ?? [];
    if (!each || !('names' in each)) throw new Error('every one of them names a chart');
    const input = each.names(bob, { uploadId: await upload('vera', CSV) });
    if (meta?.permission === 'read') {
      await expect(answerTo('vera', path, input)).resolves.toBeDefined();
      return;
    }
    const before = await state(bob);
    expect(await failure('vera', path, input)).toEqual({
      code: 'FORBIDDEN',
      message: 'Your role on this chart, viewer, may not do this.',
    });
    expect(await state(bob)).toEqual(before);
  });
});
