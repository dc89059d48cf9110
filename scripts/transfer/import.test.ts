import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { candles, charts } from '@/lib/db/schema';
import { testDatabase } from '@/lib/db/testing';

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
const FILES = {
  'good.csv': 'time,open,high,low,close\n2024-01-02,1,2,1,2\n2024-01-03,1,2,1,2\n',
  'warned.csv': 'time,open,high,low,close\n2024-01-02,3,2,1,2\n',
  'bad.csv': 'time,open,high,low,close\n2024-01-02,1,2,1,2\n2024-01-03,1,x,1,2\n',
  'later.csv': 'time,open,high,low,close\n2024-01-03,1,3,1,2\n2024-01-04,1,2,1,2\n',
  'open.csv': 'time,open,high,low,close\n1/2/2024,1,2,1,2\n',
  'gaps.csv': days('01', '02', '03', '04', '10', '11', '12', '13', '15', '16'),
  'gap.csv': days('01', '02', '03', '04', '10', '11', '12', '13'),
  'prose.csv': 'Dear all\n',
  'minutes.csv':
    'time,open,high,low,close\n2024-01-05 00:00,1,2,1,2\n2024-01-05 00:01,1,2,1,2\n2024-01-05 00:02,1,2,1,2\n',
  'foreign.csv': 'Tag;Stück;Nr;Eröffnung;Hoch;Tief;Schluss\n2.1.2024;10;7;1,5;2;1;1,75\n',
  'warned-and-bad.csv': 'time,open,high,low,close\n2024-01-02,3,2,1,2\n2024-01-03,,2,1,2\n',
};
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-cli-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});
beforeEach(() => database.db.delete(charts));

const run = (...args: string[]) => runOn(database.url, ...args);

async function runOn(url: string, ...args: string[]) {
  const script = join(import.meta.dirname, '..', 'import.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { ...process.env, DATABASE_URL: url, INIT_CWD: folder },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}
const names = async () => (await database.db.select().from(charts)).map(({ name }) => name).sort();

const HOW =
  'read as Table with a header: time “time”, open “open”, high “high”, low “low”, close “close”; times YYYY-MM-DD in UTC\n';
/** What each line of JSON says of how the file was read. */
const READING = {
  columns: { time: 'time', open: 'open', high: 'high', low: 'low', close: 'close' },
  mapping: expect.objectContaining({ delimiter: ',', timeFormat: 'iso', timeZone: 'UTC' }),
  notes: [],
  symbol: null,
  leftOut: [],
  flatBars: 0,
};

describe('npm run import', () => {
  it('stores every file, warnings and all, and exits with 0', async () => {
    const { code, out, err } = await run('good.csv', 'warned.csv');
    expect([code, out, err]).toEqual([
      0,
      `good.csv: ${HOW}` +
        'good.csv: 2 candles in “good”, 2024-01-02 00:00 to 2024-01-03 00:00 UTC\n' +
        `warned.csv: ${HOW}` +
        'warned.csv: 1 candle in “warned”, 2024-01-02 00:00 to 2024-01-02 00:00 UTC\n',
      'warned.csv:2: warning: high 2 is below open 3: kept as it is\n',
    ]);
    expect(await names()).toEqual(['good', 'warned']);
  });

  it('never says that it failed what it stored, whatever the URL of the database says', async () => {
    const prisma = '?schema=public&pgbouncer=true&connection_limit=5&sslmode=prefer&unheard=of';
    const { code, out, err } = await runOn(database.url + prisma, '--json', 'gap.csv');
    expect(JSON.parse(out)).toMatchObject({ type: 'done', gaps: { count: 1 } });
    expect(code).toBe(0);
    expect(err).toContain('parameters that are not known here and were left out: unheard.');
    const other = await runOn(`${database.url}?schema=other`, '--json', 'good.csv');
    expect(JSON.parse(other.out)).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('the tables are always in the schema public'),
    });
    expect(other.code).toBe(1);
    expect(await names()).toEqual(['gap']);
  });

  it('says that candles of another timeframe were added', async () => {
    await run('good.csv');
    const { code, err } = await run('minutes.csv', '--chart', 'good', '--append');
    expect([code, err]).toEqual([
      0,
      'minutes.csv: note: its candles are 60 s apart, and those of the chart 86,400 s\n',
    ]);
  });

  it('says where candles are missing', async () => {
    const { out } = await run('gaps.csv');
    expect(out).toContain(
      'gaps.csv: 2 gaps, the longest 2024-01-04 00:00 to 2024-01-10 00:00 UTC\n',
    );
    const { out: ofOne } = await run('gap.csv');
    expect(ofOne).toContain('gap.csv: 1 gap, from 2024-01-04 00:00 to 2024-01-10 00:00 UTC\n');
    const { out: line } = await run('gaps.csv', '--json');
    expect(JSON.parse(line).gaps).toMatchObject({ count: 2, gaps: [{}, {}] });
  });

  it('refuses a file with a bad row and exits with 1', async () => {
    const { code, err } = await run('bad.csv');
    expect([code, err]).toEqual([
      1,
      'bad.csv:3: error: high “x” is not a number\n' +
        'bad.csv: nothing was stored. --accept-good-rows stores the other rows.\n',
    ]);
    expect(await names()).toEqual([]);
  });

  it('stores the good rows when told to, lists the others and exits with 2', async () => {
    const { code, out } = await run('bad.csv', '--accept-good-rows', '--json', '--chart', 'Gold');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      file: 'bad.csv',
      type: 'done',
      chartName: 'Gold',
      candles: 1,
      issues: [{ line: 3, severity: 'error' }],
    });
  });

  it('says on one line of JSON a file what became of it', async () => {
    const { code, out } = await run('good.csv', 'warned-and-bad.csv', 'none.csv', '--json');
    expect(code).toBe(2);
    const [good, refused, failed] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(good).toEqual({
      file: 'good.csv',
      type: 'done',
      chartId: expect.any(Number),
      chartName: 'good',
      format: 'Table with a header',
      rows: 2,
      candles: 2,
      firstTime: Date.UTC(2024, 0, 2) / 1000,
      lastTime: Date.UTC(2024, 0, 3) / 1000,
      timeframe: 86_400,
      changes: null,
      charts: [{ chartId: good.chartId, chartName: 'good', candles: 2 }],
      issues: [],
      issueCount: 0,
      errorCount: 0,
      gaps: { count: 0, gaps: [] },
      ...READING,
    });
    expect(refused).toEqual({
      file: 'warned-and-bad.csv',
      type: 'refused',
      format: 'Table with a header',
      rows: 2,
      issues: [
        { line: 2, reason: 'high 2 is below open 3: kept as it is', severity: 'warning' },
        { line: 3, reason: 'open is empty', severity: 'error' },
      ],
      issueCount: 2,
      errorCount: 1,
      ...READING,
    });
    expect(failed).toEqual({
      file: 'none.csv',
      type: 'failed',
      reason: 'There is no file none.csv.',
    });
  });

  it('takes columns by the names of a header that it does not know, and names those there are', async () => {
    const map = ['--map', 'time=tag,open=Eröffnung,high=5,low=Tief,close=Schluss,volume=Stück'];
    const { code, out } = await run('foreign.csv', ...map, '--json', '--time-format', 'dmy');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rows: 1, firstTime: Date.UTC(2024, 0, 2) / 1000 });
    const [candle] = await database.db.select().from(candles);
    expect(candle).toMatchObject({ open: 1.5, high: 2, low: 1, close: 1.75, volume: 10 });
    const wrong = await run('foreign.csv', '--map', 'time=Datum');
    expect([wrong.code, wrong.err]).toEqual([
      1,
      'foreign.csv has no column “Datum”. Its columns are: 1 Tag, 2 Stück, 3 Nr, 4 Eröffnung, 5 Hoch, 6 Tief, 7 Schluss.\n',
    ]);
  });

  it('exits with 2 when only some of the files are stored', async () => {
    const { code, err } = await run('good.csv', 'none.csv', 'prose.csv');
    expect(code).toBe(2);
    expect(err).toContain('There is no file none.csv.\n');
    expect(err).toContain('prose.csv holds no candles');
    expect(await names()).toEqual(['good']);
  });

  it('merges into a chart that is there, and appends only what comes after it', async () => {
    await run('good.csv');
    const refused = await run('later.csv', '--append', '--chart', 'good');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('“good” ends at 2024-01-03 00:00:00 UTC, and 1 candle');
    const merged = await run('later.csv', '--merge', '--chart', 'good');
    expect([merged.code, merged.out]).toEqual([
      0,
      `later.csv: ${HOW}` +
        'later.csv: 1 new, 1 replaced, 0 as they were\n' +
        'later.csv: 3 candles in “good”, 2024-01-02 00:00 to 2024-01-04 00:00 UTC\n',
    ]);
    const missing = await run('good.csv', '--append', '--chart', 'none');
    expect([missing.code, missing.err]).toEqual([1, 'There is no chart named “none”.\n']);
  });

  it('asks for the order of dates and takes the answer, and a zone', async () => {
    const asked = await run('open.csv');
    expect(asked.code).toBe(1);
    expect(asked.err).toContain(
      'Which comes first, the day or the month? Say --time-format dmy, or --time-format mdy.',
    );
    const told = await run('open.csv', '--time-format', 'dmy', '--timezone', 'Asia/Tokyo');
    expect(told.out).toContain('2024-01-31 15:00 to');
  });

  it.each([
    ['Name a file to import.', []],
    ['There is no option --frobnicate.', ['good.csv', '--frobnicate']],
    ['--append and --merge need --chart NAME.', ['good.csv', '--append']],
    ['exclude each other', ['good.csv', '--append', '--merge', '--chart', 'x']],
    ['--time-format is unix-s, ', ['good.csv', '--time-format', 'iso8601']],
    ['--delimiter is comma, semicolon, tab, bar or blank.', ['good.csv', '--delimiter', ';']],
    ['--skip-lines is a number from 0 to 100.', ['good.csv', '--skip-lines', 'x']],
    ['“when=time” is none: time, date,', ['good.csv', '--map', 'open=2,when=time']],
    ['--map names open twice.', ['good.csv', '--map', 'open=2,open=3']],
  ])('explains itself and exits with 1: %s', async (sentence, args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).toContain('Usage: npm run import -- FILE…');
  });
});

function days(...days: string[]): string {
  return `time,open,high,low,close\n${days.map((day) => `2024-01-${day},1,2,1,2\n`).join('')}`;
}
