import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { charts } from '@/lib/db/schema';
import { testDatabase } from '@/lib/db/testing';
import { makeChart, minutes } from '@/server/exports/testing';

const tags = (...labels: string[]) =>
  `chart,time_utc,label\n${labels.map((label, i) => `Gold,1970-01-01T00:0${i}:00Z,${label}\n`).join('')}`;
const FILES = {
  'bio.csv': tags('O', 'B-bull_flag', 'I-bull_flag', 'O', 'O'),
  'moved.csv': tags('O', 'B-bull_flag', 'I-bull_flag', 'I-bull_flag', 'O'),
  'bioes.csv': tags('S-bull_flag', 'B-bear_flag', 'E-bear_flag', 'O', 'O'),
  'plain.csv': tags('O', 'O', 'O', 'bull_flag', 'bull_flag'),
  'none.csv': tags('O', 'O', 'O', 'O', 'O'),
  'list.json':
    '[{"start": "1970-01-01 00:00", "end": "1970-01-01T00:02:00Z", "label": "bull_flag"}]',
  'more.csv': 'start,end,label,notes,score\n60,120,bull_flag,a,1\n60,120,bull_flag,b,2\n',
  'points.csv': 'chart,time_utc,label_type\nGold,1970-01-01 01:01:00+01:00,break_up\n',
  'studio.csv': 'annotation_id,annotator,id,label,lead_time\n1,1,1,"[]",1\n',
  'trainset.csv': 'series,timestamp,value,label\nclose,1970-01-01,1,1\n',
};
let database: Awaited<ReturnType<typeof testDatabase>>;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-cli-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});
beforeEach(async () => {
  await database.db.delete(charts);
  await makeChart(database.db, 'Gold', { candles: minutes(5) });
});

async function run(...args: string[]) {
  const script = join(import.meta.dirname, '..', 'import-labels.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { ...process.env, DATABASE_URL: database.url, INIT_CWD: folder },
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { out, err, code };
}

describe('npm run import:labels', () => {
  it.each([
    ['bio.csv', [], 1],
    ['bioes.csv', [], 2],
    ['plain.csv', [], 1],
    ['list.json', ['--chart', 'Gold'], 1],
    ['points.csv', [], 1],
  ])('takes %s, twice once', async (file, args, labels) => {
    const first = await run(file, ...args);
    expect(first).toEqual({
      code: 0,
      err: '',
      out: `“Gold”: ${labels} new, 0 changed, 0 as they were\n`,
    });
    const again = `“Gold”: 0 new, 0 changed, ${labels} as they were\n`;
    expect((await run(file, ...args)).out).toBe(again);
  });

  it('says what it leaves aside', async () => {
    const { code, err } = await run('more.csv', '--chart', 'Gold');
    expect(code).toBe(0);
    expect(err).toContain('more.csv: A column of the file is not read: “score”.\n');
    expect(err).toContain('“Gold”: 1 of those that are there already differs from what is there');
    expect(err).toContain('first at more.csv: line 3: it is left out.');
  });

  it('moves a span whose tags were moved, and removes what --replace leaves without', async () => {
    await run('bio.csv');
    expect((await run('moved.csv')).out).toBe('“Gold”: 0 new, 1 changed, 0 as they were\n');
    expect((await run('none.csv')).out).toBe('“Gold”: 0 new, 0 changed, 0 as they were\n');
    const replaced = await run('none.csv', '--replace', '--json');
    expect(JSON.parse(replaced.out)).toMatchObject({ chartName: 'Gold', created: 0, removed: 1 });
  });

  it.each([
    ['studio.csv', 'is an export of Label Studio, which is not read. Make a list'],
    ['trainset.csv', 'is a file of TRAINSET, which is not read. Make a CSV'],
    ['points.csv --replace', 'only tags alone, without the column spans, take the place'],
  ])('refuses %s by a sentence', async (args, sentence) => {
    const { code, out, err } = await run(...args.split(' '));
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(sentence)]);
  });
});
