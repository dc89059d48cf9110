import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '@/contract/uploads';
import { importFile } from './import-file';
import { importTests, row, rows } from './testing';

const { database, folder, fileOf, query, expectNothingStored } = await importTests();

describe('a file of several instruments', () => {
  const header = 'date,open,high,low,close,volume,Name';
  const day = (date: number, price: number, name: string) =>
    `2024-01-${String(date).padStart(2, '0')},${price},${price + 1},${price - 1},${price},1,${name}`;
  const lines = ['AAPL', 'MSFT'].flatMap((name, i) =>
    [2, 3, 4].map((date) => day(date, 100 * (i + 1) + date, name)),
  );
  const fileWith = async (rows: string[]) => {
    const path = join(folder, 'stocks.csv');
    await writeFile(path, `${[header, ...rows].join('\n')}\n`);
    return path;
  };
  const take = async (mapping: Partial<Mapping>, rows = lines) =>
    importFile({ url: database.url, path: await fileWith(rows), mapping });
  const stored = () => query(sql`select name, symbol, candle_count::int from charts order by name`);

  it('is asked which is meant, by names and rows', async () => {
    await expect(take({})).rejects.toThrow(
      'The column “Name” names 2 instruments: AAPL (3 rows), MSFT (3 rows). Which ones? Say --split-by Name, or --only Name=AAPL, or --only Name=MSFT, or --one-chart.',
    );
    await expectNothingStored();
  });

  it('becomes a chart of one, which keeps its symbol', async () => {
    const done = await take({ instruments: { only: 'MSFT' } });
    expect(done).toMatchObject({
      candles: 3,
      leftOut: [{ sort: 'other instrument', lines: 3 }],
    });
    expect(await stored()).toEqual([{ name: 'stocks', symbol: 'MSFT', candle_count: 3 }]);
  });

  it('becomes a chart each, with tiles, in one transaction', async () => {
    const done = await take({ instruments: 'each' });
    expect(done).toMatchObject({
      type: 'done',
      charts: [
        { chartName: 'AAPL', candles: 3 },
        { chartName: 'MSFT', candles: 3 },
      ],
    });
    expect(await stored()).toEqual([
      { name: 'AAPL', symbol: 'AAPL', candle_count: 3 },
      { name: 'MSFT', symbol: 'MSFT', candle_count: 3 },
    ]);
    const broken = await take({ instruments: 'each' }, [...lines, '2024-01-05,x,1,1,1,1,MSFT']);
    expect(broken.type).toBe('refused');
    expect(await stored()).toHaveLength(2);
  });

  it('is refused where one that was not seen comes up while it is read', async () => {
    const mapping = { ...(await take({ instruments: { only: 'AAPL' } })).mapping };
    const { instruments: _, ...silent } = mapping;
    await expect(take(silent)).rejects.toThrow('Line 5 is of “MSFT”');
  });
});

describe('candles of another instrument', () => {
  const header = 'date,open,high,low,close,Name';
  const file = async (name: string, symbol: string, day: number) => {
    const path = join(folder, name);
    const lines = [0, 1].map((i) => `2024-01-0${day + i},1,2,1,2,${symbol}`);
    await writeFile(path, `${[header, ...lines].join('\n')}\n`);
    return path;
  };
  const into = async (path: string, more: Partial<Parameters<typeof importFile>[0]> = {}) =>
    importFile({ url: database.url, path, chartName: 'One', ...more });

  it('do not come onto a chart, unless it is said that they belong there', async () => {
    await into(await file('a.csv', 'AAPL', 2));
    const other = await file('b.csv', 'MSFT', 4);
    for (const mode of ['append', 'merge'] as const) {
      await expect(into(other, { mode })).rejects.toThrow(
        'This file is of “MSFT”, and “One” is of “AAPL”. Nothing was stored.',
      );
    }
    const said = { mode: 'append', mapping: { instruments: 'all' } } as const;
    expect(await into(other, said)).toMatchObject({ changes: { added: 2 } });
  });

  it('do not come together in one chart from two files', async () => {
    const more = [await file('b.csv', 'MSFT', 4)];
    const both = into(await file('a.csv', 'AAPL', 2), { morePaths: more });
    await expect(both).rejects.toThrow('b.csv is of “MSFT”, and a.csv is of “AAPL”.');
    await expectNothingStored();
  });

  it('are named where none is of the one that is asked for', async () => {
    const mapping = { instruments: { only: 'MSFT' } };
    const found = into(await file('a.csv', 'AAPL', 2), { mapping });
    await expect(found).rejects.toThrow('a.csv holds no rows of “MSFT”.');
    await expect(into(await fileOf(rows(3)), { mapping })).rejects.toThrow(
      'prices.csv has no column that names instruments',
    );
    await expectNothingStored();
  });

  it('are read from the one day of many', async () => {
    const path = join(folder, 'day.csv');
    const lines = ['A', 'B', 'C'].map((name, i) => `2024-01-02,${i + 1},9,1,2,${name}`);
    await writeFile(path, `${[header, ...lines].join('\n')}\n`);
    const done = await into(path, { mapping: { instruments: 'each' } });
    expect(done).toMatchObject({ charts: [{ candles: 1 }, { candles: 1 }, { candles: 1 }] });
  });
});

describe('several files of one chart', () => {
  it('are one import in order of their times, and an issue names its file', async () => {
    const all = rows(30);
    const later = await fileOf(all.slice(15), 'later.csv');
    const earlier = await fileOf(all.slice(0, 16), 'earlier.csv');
    const files = { path: later, morePaths: [earlier], chartName: 'year' };
    const done = await importFile({ url: database.url, ...files });
    // The seam is in both.
    expect(done).toMatchObject({ type: 'done', candles: 30, rows: 31 });
    expect(done.issues).toEqual([
      {
        line: 2,
        file: 'later.csv',
        reason: 'left out, the same candle as on line 17 of earlier.csv',
        severity: 'warning',
      },
    ]);
  });

  it('are stored all or none', async () => {
    const good = await fileOf(rows(3), 'good.csv');
    const bad = await fileOf([row(5), `${row(6).slice(0, 24)},x,1,1,1,1`], 'bad.csv');
    const files = { path: good, morePaths: [bad], chartName: 'year' };
    const refused = await importFile({ url: database.url, ...files });
    expect(refused).toMatchObject({ type: 'refused', errorCount: 1 });
    expect(refused.issues[0]).toMatchObject({ line: 3, file: 'bad.csv' });
    await expectNothingStored();
  });
});
