import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '@/contract/uploads';
import { charts } from '@/lib/db/schema';
import { encodeText } from './candles/files/testing';
import { importFile } from './candles/import/import-file';
import { importLabelFile } from './exports/import-file';
import { openLabelFile } from './exports/label-file';
import { makeChart, minutes } from './exports/testing';
import { LOCAL_SCOPE } from './scope';
import { type TestServer, testServer } from './testing';

/*
 * A small file of each kind that people have, and what it gives: the same candles, or a sentence
 * that names what is asked or wrong. The kinds are those that once were read wrong or refused.
 */

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await testServer();
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-kinds-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});
beforeEach(() => server.db.delete(charts));

/** Prices of eight bars, each of which opens where the last one closed. */
const BARS = [
  [10, 12, 9, 11],
  [11, 13, 10, 12],
  [12, 12.5, 8, 9],
  [9, 10, 8.5, 9.5],
  [9.5, 11, 9, 10.5],
  [10.5, 13, 10, 12.5],
  [12.5, 14, 12, 13],
  [13, 13.5, 11, 11.5],
] as const;
type Bar = readonly [open: number, high: number, low: number, close: number];
const table = (header: string, row: (bar: Bar, i: number) => unknown[], separator = ',') =>
  `${header ? `${header}\n` : ''}${BARS.map((bar, i) => row(bar, i).join(separator)).join('\n')}\n`;
const day = (i: number) => `2024-01-${String(i + 15).padStart(2, '0')}`;
const DAILY = table('Date,Open,High,Low,Close', (bar, i) => [day(i), ...bar]);
const lines = DAILY.trimEnd().split('\n');

type Gives = {
  /** 8 when left out. */
  candles?: number;
  /** The first moment; the first day's midnight when left out. */
  from?: string;
  open?: number;
  /** Lines that are left out. */
  leftOut?: string;
};
type Case = {
  kind: string;
  file: string | Uint8Array;
  name?: string;
  mapping?: Partial<Mapping>;
  gives?: Gives;
  /** Nothing is stored, and this is said. */
  says?: string;
};

const CASES: Case[] = [
  {
    kind: 'K1 names of another language',
    file: table('Datum;Zuletzt;Eröffn.;Hoch;Tief', ([o, h, l, c], i) => [day(i), c, o, h, l], ';'),
    gives: {},
  },
  {
    kind: 'K1 a stock code before the prices',
    file: table('日期,股票代码,开盘,收盘,最高,最低', ([o, h, l, c], i) => [
      day(i),
      '000001',
      o,
      c,
      h,
      l,
    ]),
    gives: {},
  },
  {
    kind: 'K1 no names, in no usual order',
    file: table('', ([o, h, l, c], i) => [day(i), c, o, h, l]),
    says: 'Which are open and close? Say --map time=1,close=2,open=3,high=4,low=5',
  },
  {
    kind: 'K2 two instruments in rows',
    file: table('Name,Date,Open,High,Low,Close', (bar, i) => [i < 4 ? 'A' : 'B', day(i), ...bar]),
    says: 'names 2 instruments: A (4 rows), B (4 rows). Which ones? Say --split-by Name, or --only Name=A',
  },
  {
    kind: 'K2 two instruments side by side',
    file: table(
      'Date,SPY Open,SPY High,SPY Low,SPY Close,QQQ Open,QQQ High,QQQ Low,QQQ Close',
      (bar, i) => [day(i), ...bar, ...bar],
    ),
    says: 'hold 2 instruments side by side: spy, qqq.',
  },
  {
    kind: 'K3 nanoseconds',
    file: table('ts,o,h,l,c', (bar, i) => [`${1_705_276_800 + i * 86_400}000000000`, ...bar]),
    gives: {},
  },
  {
    kind: 'K3 a name of a zone behind the time',
    file: table('time,o,h,l,c', (bar, i) => [`2024-01-15 09:3${i} US/Eastern`, ...bar]),
    gives: { from: '2024-01-15T14:30:00.000Z' },
  },
  {
    kind: 'K3 a time that is not understood',
    file: table('time,open,high,low,close', (bar, i) => [`${i + 1}. tammikuuta 2024`, ...bar]),
    says: 'Line 2: “time”, “1. tammikuuta 2024”, is no time that is recognised.',
  },
  {
    kind: 'K3 whole billionths',
    file: table('ts,open,high,low,close', (bar, i) => [
      `${1_705_276_800 + i * 86_400}000000000`,
      ...bar.map((price) => price * 1e10),
    ]),
    says: 'look like whole billionths. Are they? Say --price-divisor 1e9',
  },
  {
    kind: 'K4 volume −1 in every row',
    file: table('date,open,high,low,close,volume', (bar, i) => [day(i), ...bar, -1]),
    gives: {},
  },
  {
    kind: 'K4 thousands by the blank of Windows-1252',
    file: encodeText(
      table(
        'Date;Ouv.;Plus Haut;Plus Bas;Clôture',
        (bar, i) => [
          day(i),
          ...bar.map((price) =>
            `1\u00a0${String(price * 10 + 100).padStart(3, '0')}`.replace('.', ','),
          ),
        ],
        ';',
      ),
      'windows-1252',
    ) as Uint8Array,
    gives: { open: 1_200 },
  },
  {
    kind: 'K4 milliseconds, then microseconds',
    file: table('t,o,h,l,c', (bar, i) => [
      `${1_705_276_800 + i * 86_400}${i < 4 ? '000' : '000000'}`,
      ...bar,
    ]),
    gives: {},
  },
  {
    kind: 'K5 years of another calendar',
    file: table('Date,Open,High,Low,Close', (bar, i) => [`${i + 15}/01/2567`, ...bar]),
    says: 'Which calendar is it? Say --calendar buddhist, or --calendar gregorian',
  },
  {
    kind: 'K5 two digits of a year that are never in the future',
    file: table('Date,Open,High,Low,Close', (bar, i) => [`01/${i + 15}/68`, ...bar]),
    gives: { from: '1968-01-15T00:00:00.000Z' },
  },
  {
    kind: 'K6 date and time of day under names of their own',
    file: table('TradeDate,TradeTime,Open,High,Low,Close', (bar, i) => [
      day(0),
      `09:3${i}`,
      ...bar,
    ]),
    gives: { from: '2024-01-15T09:30:00.000Z' },
  },
  {
    kind: 'K7 times of day without zeros in front',
    file: table('<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>', (bar, i) => [
      20_240_115,
      i * 500 + (i > 5 ? 7_000 : 0),
      ...bar,
    ]),
    gives: { from: '2024-01-15T00:00:00.000Z' },
  },
  {
    kind: 'K8 klines in JSON',
    file: JSON.stringify(BARS.map((bar, i) => [(1_705_276_800 + i * 86_400) * 1_000, ...bar])),
    gives: {},
  },
  {
    kind: 'K8 a table beside a description in a zip',
    file: zipSync({ 'README.txt': strToU8('Of a vendor.'), 'a.csv': strToU8(DAILY) }),
    gives: {},
  },
  {
    kind: 'K8 two tables in a zip',
    file: zipSync({ 'a.csv': strToU8(DAILY), 'b.csv': strToU8(DAILY) }),
    says: 'holds 2 tables of candles: a.csv, b.csv. Which one? Say --table a.csv, or --table b.csv',
  },
  { kind: 'K8 UTF-16 without a mark', file: Buffer.from(DAILY, 'utf16le'), gives: {} },
  {
    kind: 'K8 Feather',
    file: Buffer.from('ARROW1\0\0'),
    says: 'is a Feather or Arrow file. Save it in pandas by to_csv or to_parquet',
  },
  {
    kind: 'K8 a web page',
    file: '<!doctype html><html><body>Prices</body></html>',
    says: 'is a web page. Download the file itself',
  },
  {
    kind: 'K9 a comment',
    file: lines.with(3, `# of a vendor\n${lines[3]}`).join('\n'),
    gives: { leftOut: 'comment' },
  },
  {
    kind: 'K9 the header again',
    file: lines.with(3, `${lines[0]}\n${lines[3]}`).join('\n'),
    gives: { leftOut: 'header' },
  },
  {
    kind: 'K9 words behind the rows',
    file: `${DAILY}Downloaded from a vendor\n`,
    gives: { leftOut: 'footer' },
  },
  {
    kind: 'K10 a bar without a trade',
    file: `${DAILY}2024-01-24,null,null,null,null\n`,
    gives: { leftOut: 'no trade' },
  },
  {
    kind: 'K11 the same candle twice',
    file: `${DAILY}${lines.at(-1)}\n`,
    gives: { leftOut: 'duplicate' },
  },
  {
    kind: 'K11 two candles of a time',
    file: `${DAILY}2024-01-22,13,14,11,12\n`,
    says: 'time 2024-01-22 00:00:00 UTC is already on line 9',
  },
  {
    kind: 'K12 a day that begins at 01:00',
    file: 'Date,Open,High,Low,Close\n2024-04-26,10,12,9,11\n2024-04-27,11,12,9,10\n',
    mapping: { timeZone: 'Africa/Cairo' },
    gives: { candles: 2, from: '2024-04-25T22:00:00.000Z' },
  },
  {
    kind: 'K13 an offset as the zone',
    file: DAILY,
    mapping: { timeZone: 'UTC+2' },
    gives: { from: '2024-01-14T22:00:00.000Z' },
  },
  {
    kind: 'K13 a zone that is none',
    file: DAILY,
    mapping: { timeZone: 'Berlin time' },
    says: 'There is no time zone “Berlin time”. Do you mean Europe/Berlin?',
  },
  {
    kind: 'K14 NinjaTrader, which is of no other zone',
    file: table('', (bar, i) => [`202401${i + 15} 000000`, ...bar, 7], ';'),
    gives: {},
  },
  {
    kind: 'K15 days that may be months',
    file: table('Date,Open,High,Low,Close', (bar, i) => [`0${i + 1}/01/2024`, ...bar]),
    says: 'Which comes first, the day or the month? Say --time-format dmy, or --time-format mdy',
  },
  {
    kind: 'K16 a header alone',
    file: 'Date,Open,High,Low,Close\n',
    says: 'holds no rows of data.',
  },
  {
    kind: 'K16 a close alone',
    file: table('Date,Close', ([, , , close], i) => [day(i), close]),
    says: 'has no column for open, high, low.',
  },
];

describe('a file of candles', () => {
  it.each(CASES)('$kind', async ({ file, name = 'prices.csv', mapping = {}, gives, says }) => {
    const path = join(await mkdtemp(join(folder, 'file-')), name);
    await writeFile(path, file);
    const importing = importFile({ url: server.url, path, mapping });
    if (says !== undefined) {
      const said = await importing.then(
        (outcome) => outcome.issues.map(({ reason }) => reason).join(),
        (error: Error) => error.message,
      );
      expect(said).toContain(says);
      expect(await server.db.select().from(charts)).toEqual([]);
      return;
    }
    const { candles = 8, from = '2024-01-15T00:00:00.000Z', open = 10, leftOut } = gives ?? {};
    const done = await importing;
    expect(done).toMatchObject({ type: 'done', candles });
    expect(done.leftOut.map(({ sort }) => sort)).toEqual(leftOut ? [leftOut] : []);
    const [first] = await server.db.execute(sql`
      select extract(epoch from time)::float8 as time, open from candles order by time limit 1`);
    expect(first).toEqual({ time: Date.parse(from) / 1_000, open });
  });

  it('R3 several files become one chart, in order of their times', async () => {
    const place = join(folder, 'months');
    await mkdir(place);
    const [later, earlier] = ['a.csv', 'b.csv'].map((name) => join(place, name));
    await writeFile(later!, [lines[0], ...lines.slice(5)].join('\n'));
    await writeFile(earlier!, lines.slice(0, 5).join('\n'));
    const options = { url: server.url, chartName: 'months' };
    const done = await importFile({ ...options, path: later!, morePaths: [earlier!] });
    expect(done).toMatchObject({ type: 'done', candles: 8, leftOut: [] });
  });
});

const tagged = (separator: string, times: string[], tags: string[]) =>
  `chart${separator}time_utc${separator}label\n${tags
    .map((tag, i) => ['Gold', times[i], tag].join(separator))
    .join('\n')}\n`;
const TIMES = [0, 1, 2, 3].map((minute) => `1970-01-01T00:0${minute}:00Z`);
const LABELS: { kind: string; file: string; created?: number; says?: string }[] = [
  {
    kind: 'L1 tags without spans, again',
    file: tagged(',', TIMES, ['O', 'B-bull_flag', 'I-bull_flag', 'O']),
    created: 0,
  },
  {
    kind: 'L2 saved again by a spreadsheet',
    file: tagged(
      ';',
      ['01/01/1970 00:00', '01/01/1970 00:01', '01/01/1970 00:02', '13/01/1970 00:00'],
      ['O', 'B-bear_flag', 'I-bear_flag', 'O'],
    ),
    created: 1,
  },
  {
    kind: 'L3 BIOES',
    file: tagged(',', TIMES, ['S-bull_flag', 'B-bear_flag', 'E-bear_flag', 'O']),
    created: 2,
  },
  {
    kind: 'L3 TRAINSET',
    file: 'series,timestamp,value,label\na,1,2,x\n',
    says: 'is a file of TRAINSET, which is not read. Make a CSV',
  },
  {
    kind: 'L3 Label Studio',
    file: 'annotation_id,lead_time\n1,2\n',
    says: 'is an export of Label Studio, which is not read. Make a list',
  },
  {
    kind: 'L4 a mark without a uid',
    file: 'chart,time_utc,label_type\nGold,1970-01-01 01:01:00+01:00,break_up\n',
    created: 1,
  },
];

describe('a file of labels', () => {
  it.each(LABELS)('$kind', async ({ file, created, says }) => {
    await makeChart(server.db, 'Gold', {
      candles: minutes(5),
      spans: [{ startTime: 60, endTime: 120, label: 'bull_flag' }],
    });
    const path = join(folder, 'labels.csv');
    await writeFile(path, file);
    const importing = async () => {
      const labels = await openLabelFile(path, 'labels.csv');
      const { db, url } = server;
      return importLabelFile({ db, url, file: labels, scope: LOCAL_SCOPE, chartId: null });
    };
    if (says !== undefined) await expect(importing()).rejects.toThrow(says);
    else expect(await importing()).toMatchObject([{ created, changed: 0 }]);
  });
});
