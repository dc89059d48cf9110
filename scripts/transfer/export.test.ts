import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExportFormat, exportFormat } from '@/contract/exports';
import { charts } from '@/lib/db/schema';
import { testDatabase } from '@/lib/db/testing';
import { candlesOn, labelsOn, makeChart, minutes } from '@/server/exports/testing';

let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
let chartId: number;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});
beforeEach(async () => {
  await database.db.delete(charts);
  chartId = await makeChart(database.db, '=Gold', {
    candles: minutes(5),
    spans: [{ startTime: 60, endTime: 180, notes: '=1' }],
    annotations: [{ time: 60 }],
  });
});

async function run(script: string, ...args: string[]) {
  const path = join(import.meta.dirname, '..', script);
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    env: { ...process.env, DATABASE_URL: database.url, INIT_CWD: folder },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}

const ROWS: Record<ExportFormat, [rows: number, labels: number]> = {
  'points-csv': [1, 1],
  'spans-json': [1, 1],
  'windowed-csv': [1, 1],
  'bio-csv': [5, 1],
  parquet: [5, 2],
};

describe('npm run export', () => {
  it.each(exportFormat.options)('writes %s, and import:labels brings it back', async (format) => {
    const [rows, labels] = ROWS[format];
    const before = await labelsOn(database.db, chartId);
    const written = await run('export.ts', '--format', format, '--chart', '=Gold', 'file');
    expect([written.code, written.err]).toEqual([0, `${rows} row${rows === 1 ? '' : 's'}\n`]);
    const again = await run('import-labels.ts', 'file');
    expect([again.code, again.out]).toEqual([
      0,
      `“=Gold”: 0 new, 0 changed, ${labels} as they were\n`,
    ]);
    expect(await labelsOn(database.db, chartId)).toEqual(before);
  });

  it('writes every chart, and one that is gone is made again from it', async () => {
    const before = await candlesOn(database.db, chartId);
    expect((await run('export.ts', '--format', 'bio-csv', '--all', 'all.csv')).code).toBe(0);
    await database.db.delete(charts);
    const { code, out } = await run('import-labels.ts', 'all.csv', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ chartName: '=Gold', isNew: true, created: 1 });
    const [chart] = await database.db.select().from(charts).where(eq(charts.name, '=Gold'));
    expect(await candlesOn(database.db, chart?.id ?? 0)).toEqual(before);
  });

  it('writes to the standard output', async () => {
    const { code, out, err } = await run('export.ts', '--format', 'bio-csv', '--all', '-');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^chart,time_utc,open,high,low,close,volume,label,spans,examined\n'=Gold,1970-01-01/,
    );
    expect(out.trimEnd().split('\n')).toHaveLength(6);
  });

  it.each([
    ['There is no chart “Silver”.', ['--format', 'bio-csv', '--chart', 'Silver', 'none']],
    ['--format is one of points-csv,', ['--format', 'csv', '--all', 'none']],
    ['Name charts with --chart, or --all.', ['--format', 'bio-csv', 'none']],
    [
      '--timezone is for CSV; spans-json is UTC.',
      ['--format', 'spans-json', '--all', '--timezone', 'Asia/Tokyo', 'none'],
    ],
    [
      '--timezone, “Wall Street”, is not the name of a time zone, such as America/New_York.',
      ['--format', 'bio-csv', '--all', '--timezone', 'Wall Street', 'none'],
    ],
    [
      '--context is a number from 0 to 1000.',
      ['--format', 'windowed-csv', '--all', '--context', 'x', 'none'],
    ],
    ['Name one file to write, or -.', ['--format', 'bio-csv', '--all']],
  ])('leaves no file and exits with 1: %s', async (sentence, args) => {
    const { code, err } = await run('export.ts', ...args);
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('names the folder that is not there', async () => {
    const { code, err } = await run('export.ts', '--format', 'spans-json', '--all', 'no/such/file');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`There is no folder ${join(folder, 'no', 'such')}.`),
    ]);
  });

  it('keeps the file that was there when it fails', async () => {
    await run('export.ts', '--format', 'spans-json', '--all', 'kept');
    const before = await readFile(join(folder, 'kept'), 'utf8');
    const { code } = await run('export.ts', '--format', 'spans-json', '--chart', 'Silver', 'kept');
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe(before);
  });
});
