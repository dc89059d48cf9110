import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { testDatabase } from '@/lib/db/testing';

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
const FILES = {
  'good.csv': 'time,open,high,low,close\n2024-01-02,1,2,1,2\n2024-01-03,1,2,1,2\n',
  'warned.csv': 'time,open,high,low,close\n2024-01-02,3,2,1,2\n',
  'bad.csv': 'time,open,high,low,close\n2024-01-02,1,2,1,2\n2024-01-03,1,x,1,2\n',
  'later.csv': 'time,open,high,low,close\n2024-01-03,1,3,1,2\n2024-01-04,1,2,1,2\n',
  'open.csv': 'time,open,high,low,close\n1/2/2024,1,2,1,2\n',
  'prose.csv': 'Dear all\n',
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

async function run(...args: string[]) {
  const script = join(import.meta.dirname, 'import.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { ...process.env, DATABASE_URL: database.url, INIT_CWD: folder },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}
const names = async () => (await database.db.select().from(charts)).map(({ name }) => name).sort();

describe('npm run import', () => {
  it('stores every file, warnings and all, and exits with 0', async () => {
    const { code, out, err } = await run('good.csv', 'warned.csv');
    expect([code, out, err]).toEqual([
      0,
      'good.csv: 2 candles in “good”, 2024-01-02 00:00 to 2024-01-03 00:00 UTC\n' +
        'warned.csv: 1 candles in “warned”, 2024-01-02 00:00 to 2024-01-02 00:00 UTC\n',
      'warned.csv:2: warning: high 2 is below open 3: kept as it is\n',
    ]);
    expect(await names()).toEqual(['good', 'warned']);
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
      problems: [{ line: 3, severity: 'error' }],
    });
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
      'later.csv: 1 new, 1 replaced, 0 as they were\n' +
        'later.csv: 3 candles in “good”, 2024-01-02 00:00 to 2024-01-04 00:00 UTC\n',
    ]);
    const missing = await run('good.csv', '--append', '--chart', 'none');
    expect([missing.code, missing.err]).toEqual([1, 'There is no chart named “none”.\n']);
  });

  it('asks for the order of dates and takes the answer, and a zone', async () => {
    const asked = await run('open.csv');
    expect(asked.code).toBe(1);
    expect(asked.err).toContain('Which comes first, the day or the month? Say --dates dmy or');
    const told = await run('open.csv', '--dates', 'dmy', '--timezone', 'Asia/Tokyo');
    expect(told.out).toContain('2024-01-31 15:00 to');
  });

  it.each([
    ['Name a file to import.', []],
    ['Unknown option', ['good.csv', '--frobnicate']],
    ['--chart names one chart', ['good.csv', 'bad.csv', '--chart', 'x']],
    ['--append and --merge need --chart NAME.', ['good.csv', '--append']],
    ['exclude each other', ['good.csv', '--append', '--merge', '--chart', 'x']],
    ['--dates is dmy or mdy.', ['good.csv', '--dates', 'ymd']],
  ])('explains itself and exits with 1: %s', async (sentence, args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(err).toContain('Usage: npm run import -- FILE…');
  });
});
