import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '@/lib/db';
import { charts } from '@/lib/db/schema';
import { startProxy } from '@/lib/db/testing-proxy';
import { LOCAL_SCOPE } from '../scope';
import { importLabels } from './import-labels';
import { isoTime } from './iso-time';
import { download, labelsOn, labelTests, makeChart, minutes } from './testing';

const { server, files } = await labelTests();
let chartId: number;

type Drawn = [label: string, from: number, to: number];
const FLAG: Drawn = ['bull_flag', 3, 6];

async function draw(...spans: Drawn[]) {
  await server.db.delete(charts);
  const drawn = spans.map(([label, from, to]) => ({
    ...{ label, startTime: from * 60, endTime: to * 60, notes: 'by hand', source: 'human' },
  }));
  chartId = await makeChart(server.db, 'Chart', { candles: minutes(40), spans: drawn });
}
beforeEach(() => draw(FLAG));

/** A tag for each minute from the first one on: `b` is B-bull_flag, `i` I-bull_flag, `x` and `y` of bear_flag. */
const TAGS: Record<string, string> = {
  b: 'B-bull_flag',
  i: 'I-bull_flag',
  x: 'B-bear_flag',
  y: 'I-bear_flag',
  n: 'bull_flag',
};
async function take(tags: string, { replace = false, from = 0 } = {}) {
  const rows = [...tags].map((tag, i) => `Chart,${isoTime((from + i) * 60)},${TAGS[tag] ?? 'O'}\n`);
  const file = await files.open(`chart,time_utc,label\n${rows.join('')}`);
  const [done] = await importLabels(server.db, {
    file,
    scope: LOCAL_SCOPE,
    chartId: null,
    replace,
  });
  const { created = 0, changed = 0, unchanged = 0, removed = 0 } = done ?? {};
  return { created, changed, unchanged, removed };
}
const none = { created: 0, changed: 0, unchanged: 0, removed: 0 };

const spans = async () =>
  (await labelsOn(server.db, chartId)).spans
    .map(({ label, startTime, endTime, notes }) => [label, startTime / 60, endTime / 60, notes])
    .sort((a, b) => Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]));

describe('tags without spans', () => {
  it.each([
    ['a later end', '...biiiii..', ['bull_flag', 3, 8]],
    ['an earlier beginning', '.biiiii....', ['bull_flag', 1, 6]],
    ['both', '....bi.....', ['bull_flag', 4, 5]],
    ['a beginning in names alone', '..nnnnn....', ['bull_flag', 2, 6]],
  ])('move the span by %s, and keep what else it says', async (_, tags, moved) => {
    expect(await take(tags)).toEqual({ ...none, changed: 1 });
    expect(await spans()).toEqual([[...moved, 'by hand']]);
    expect(await take(tags)).toEqual({ ...none, unchanged: 1 });
  });

  it('leave a part that the file has of a span as it is, and move its other end', async () => {
    expect(await take('ii....', { from: 5 })).toEqual({ ...none, unchanged: 1 });
    expect(await take('iiiii.', { from: 5 })).toEqual({ ...none, changed: 1 });
    expect(await spans()).toEqual([['bull_flag', 3, 9, 'by hand']]);
  });

  it('of spans over each other, as exported, change nothing', async () => {
    await draw(['bull_flag', 2, 12], ['bear_flag', 4, 6], ['bull_flag', 13, 15], ['O', 20, 25]);
    const lines = String(await download(server, 'bio-csv', [chartId])).split('\n');
    const tags = lines.map((line) => line.split(',').slice(0, 8).join(',')).join('\n');
    const file = await files.open(tags);
    const done = await importLabels(server.db, {
      file,
      scope: LOCAL_SCOPE,
      chartId,
      replace: true,
    });
    expect(done).toMatchObject([{ created: 0, changed: 0, removed: 0 }]);
    expect(await spans()).toHaveLength(4);
  });

  it('are new where a span became two, or another label', async () => {
    expect(await take('...b.b.....')).toEqual({ ...none, created: 2 });
    await draw(FLAG);
    expect(await take('...xyyy....')).toEqual({ ...none, created: 1 });
    expect(await spans()).toHaveLength(2);
  });

  it('have to be in order of time', async () => {
    const rows = [2, 1].map((minute) => `Chart,${isoTime(minute * 60)},O\n`);
    const file = await files.open(`chart,time_utc,label\n${rows.join('')}`);
    await expect(
      importLabels(server.db, { file, scope: LOCAL_SCOPE, chartId: null }),
    ).rejects.toThrow('labels: line 3: its time is not after that of the row above.');
  });
});

describe('tags that replace those of their range', () => {
  it('remove spans that have none any more, which history brings back', async () => {
    await draw(
      FLAG,
      ['bear_flag', 8, 9],
      ['O', 9, 9],
      ['bull_flag', 14, 30],
      ['bull_flag', 35, 36],
    );
    const [before] = await server.db.execute(sql`select rev from charts where id = ${chartId}`);
    const drawn = await spans();
    // A minute of the long span is in the range, and it reaches out of it.
    expect(await take('...b.b.........', { replace: true })).toEqual({
      ...{ created: 2, changed: 0, unchanged: 0, removed: 2 },
    });
    expect((await spans()).map(([label, from]) => `${label} ${from}`)).toEqual([
      ...['bull_flag 3', 'bull_flag 5', 'O 9', 'bull_flag 14', 'bull_flag 35'],
    ]);
    await server.owner.history.restore({ chartId, rev: Number(before?.rev) });
    expect(await spans()).toEqual(drawn);
  });

  it('give the span of the same candles another label', async () => {
    expect(await take('...xyyy....', { replace: true })).toEqual({ ...none, changed: 1 });
    expect(await spans()).toEqual([['bear_flag', 3, 6, 'by hand']]);
  });

  it('are those of files without spans alone', async () => {
    const bio = await files.open(String(await download(server, 'bio-csv', [chartId])));
    const importing = importLabels(server.db, {
      ...{ file: bio, scope: LOCAL_SCOPE, chartId: null, replace: true },
    });
    await expect(importing).rejects.toThrow('only tags alone, without the column spans, take');
  });
});

it('are stored, and said to be, when the answer to the commit is lost', async () => {
  const url = new URL(server.url);
  const proxy = await startProxy(Number(url.port));
  url.host = `127.0.0.1:${proxy.port}`;
  const { db, close } = connect(url.href);
  try {
    const file = await files.open('chart,time_utc,label\nChart,1970-01-01T00:10:00Z,S-bull_flag\n');
    proxy.cutAnswerTo('commit\0');
    const done = await importLabels(db, { file, scope: LOCAL_SCOPE, chartId: null });
    expect(done).toMatchObject([{ created: 1 }]);
    expect(await spans()).toHaveLength(2);
  } finally {
    await close();
    await proxy.close();
  }
});
