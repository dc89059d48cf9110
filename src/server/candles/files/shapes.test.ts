import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOTATIONS } from '@/contract/time-notations';
import { AppError } from '../../errors';
import { detectFile } from './inspect';
import { ImportIssues } from './issues';
import { RowReader } from './row-reader';
import { type Cell, encodeText, moment, workbook } from './testing';

/*
 * Candles written in random shapes, languages, notations, encodings and containers read back the
 * same, or something is asked; never anything else.
 */

// biome-ignore lint/style/noProcessEnv: npm run test:long sets it for this test alone.
const RUNS = Number(process.env.IMPORT_SHAPES ?? 300);

type Candle = [time: number, open: number, high: number, low: number, close: number, v: number];

const pad = (value: number, width = 2) => String(value).padStart(width, '0');
const utc = (time: number) => new Date(time * 1000);
const parts = (time: number) => ({
  y: utc(time).getUTCFullYear(),
  m: utc(time).getUTCMonth() + 1,
  d: utc(time).getUTCDate(),
  hm: utc(time).toISOString().slice(11, 16),
});
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const GERMAN = ['Jan', 'Feb', 'Mär', 'Apr', 'Mai', 'Jun', 'Jul', 'Aug', 'Sep', 'Okt', 'Nov', 'Dez'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Ways to write a moment, in one cell or in two. */
const WRITERS: Record<string, (time: number) => string[]> = {
  seconds: (time) => [String(time)],
  milliseconds: (time) => [`${time}000`],
  microseconds: (time) => [`${time}000000`],
  nanoseconds: (time) => [`${time}000000000`],
  iso: (time) => [utc(time).toISOString()],
  offset: (time) => [
    utc(time + 7_200)
      .toISOString()
      .replace('.000Z', '+02:00'),
  ],
  zone: (time) => [
    `${utc(time - 18_000)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ')} EST`,
  ],
  plain: (time) => [utc(time).toISOString().slice(0, 16).replace('T', ' ')],
  compact: (time) => [
    `${utc(time).toISOString().slice(0, 10).replaceAll('-', '')} ${parts(time).hm}`,
  ],
  dots: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${pad(d)}.${pad(m)}.${y} ${hm}`];
  },
  short: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${pad(y % 100)}-${pad(m)}-${pad(d)} ${hm}`];
  },
  american: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${m}/${d}/${y} ${hm}`];
  },
  weekday: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${WEEKDAYS[utc(time).getUTCDay()]} ${pad(m)}/${pad(d)}/${y} ${hm}`];
  },
  named: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${d}-${MONTHS[m - 1]}-${pad(y % 100)} ${hm}`];
  },
  german: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${pad(d)}-${GERMAN[m - 1]}-${y} ${hm}`];
  },
  chinese: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${y}年${m}月${d}日 ${hm}`];
  },
  excel: (time) => [(time / 86_400 + 25_569).toFixed(9)],
  split: (time) => [utc(time).toISOString().slice(0, 10), parts(time).hm],
  digits: (time) => {
    const { y, m, d, hm } = parts(time);
    return [`${y}${pad(m)}${pad(d)}`, String(Number(`${hm.replace(':', '')}00`))];
  },
};

/** Names of time, open, high, low, close and volume. */
const LANGUAGES: Record<string, string> = {
  English: 'Date,Open,High,Low,Close,Volume',
  vendor: 'timestamp,open_price,high_price,low_price,close_price,traded volume',
  spy: 'time,SPY.Open,SPY.High,SPY.Low,SPY.Close,SPY.Volume',
  bid: 'time,bid_o,bid_h,bid_l,bid_c,volume',
  German: 'Datum,Eröffn.,Hoch,Tief,Zuletzt,Vol.',
  French: 'Date,Ouv.,Plus Haut,Plus Bas,Dernier,Vol.',
  Spanish: 'Fecha,Apertura,Máximo,Mínimo,Último,Vol.',
  Portuguese: 'Data,Abertura,Máxima,Mínima,Último,Vol.',
  Italian: 'Data,Apertura,Massimo,Minimo,Chiusura,Volume',
  Dutch: 'Datum,Open,Hoog,Laag,Slot,Volume',
  Polish: 'Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen',
  Russian: 'Дата,Открытие,Максимум,Минимум,Закрытие,Объём',
  Turkish: 'Tarih,Açılış,Yüksek,Düşük,Şimdi,Hac.',
  Japanese: '日付,始値,高値,安値,終値,出来高',
  Korean: '일자,시가,고가,저가,종가,거래량',
  Chinese: '日期,开盘,最高,最低,收盘,成交量',
  Taiwanese: '日期,開盤價,最高價,最低價,收盤價,成交股數',
  unknown: 'aa,bb,cc,dd,ee,ff',
  none: '',
};

const NUMBERS: Record<string, (value: number) => string> = {
  point: String,
  comma: (value) => String(value).replace('.', ','),
  thousands: (value) => value.toLocaleString('en', { maximumFractionDigits: 8 }),
  german: (value) => value.toLocaleString('de', { maximumFractionDigits: 8 }),
  swiss: (value) => value.toLocaleString('en', { maximumFractionDigits: 8 }).replaceAll(',', '’'),
  currency: (value) => `${value} USD`,
};

/** What a text may be encoded in, beside UTF-8 and UTF-16, by the language of its header. */
const LEGACY: Record<string, string[]> = {
  German: ['windows-1252'],
  French: ['windows-1252'],
  Spanish: ['windows-1252'],
  Portuguese: ['windows-1252'],
  Russian: ['windows-1251'],
  Japanese: ['shift_jis', 'euc-jp'],
  Korean: ['euc-kr'],
  Chinese: ['gb18030'],
  Taiwanese: ['big5'],
};

const shape = fc.record({
  container: fc.constantFrom(
    ...['text', 'text', 'text', 'gzip', 'zip', 'zip with notes'],
    ...['records', 'klines', 'lines', 'columns', 'workbook', 'parquet'],
  ),
  encoding: fc.constantFrom('utf-8', 'utf-8 marked', 'utf-16le', 'utf-16be', 'legacy', 'legacy'),
  isMarked: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  language: fc.constantFrom(...Object.keys(LANGUAGES)),
  writer: fc.constantFrom(...Object.keys(WRITERS)),
  numbers: fc.constantFrom(...Object.keys(NUMBERS)),
  order: fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }),
  extra: fc.constantFrom('none', 'symbol', 'change', 'index'),
  junk: fc.constantFrom('none', 'line', 'comment', 'footer', 'header again', 'empty bar'),
  newestFirst: fc.boolean(),
  start: fc.integer({ min: Date.UTC(1975, 0, 1) / 60_000, max: Date.UTC(2025, 0, 1) / 60_000 }),
  step: fc.constantFrom(60, 3_600, 86_400),
  cents: fc.integer({ min: 1_000, max: 10_000_000 }),
  moves: fc.array(
    fc.tuple(fc.integer({ min: -60, max: 60 }), fc.nat(40), fc.nat(40), fc.nat(9_999)),
    {
      minLength: 1,
      maxLength: 40,
    },
  ),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function candlesOf({ moves, start, step, cents }: Shape): Candle[] {
  let close = cents;
  return moves.map(([move, up, down, volume], i) => {
    const open = close;
    close = Math.max(500, close + move);
    const [high, low] = [Math.max(open, close) + up, Math.min(open, close) - down];
    return [start * 60 + i * step, open / 100, high / 100, low / 100, close / 100, volume];
  });
}

type FileRows = { header: string[] | null; rows: string[][]; order: number[] };

function tableOf(given: Shape, candles: Candle[]): FileRows {
  const { language, extra } = given;
  const write = NUMBERS[given.numbers]!;
  // Without names only the usual order is one that can be known.
  const order = language === 'none' || language === 'unknown' ? [1, 2, 3, 4, 5] : given.order;
  const line = { none: [], symbol: ['EURUSD'], change: ['1.5%'], index: [] }[extra];
  const rows = candles.map((candle, i) => [
    ...(extra === 'index' ? [String(i)] : []),
    ...WRITERS[given.writer]!(candle[0]),
    ...order.map((column) => write(candle[column]!)),
    ...line,
  ]);
  if (given.newestFirst) rows.reverse();
  if (language === 'none') return { header: null, rows, order };
  const [time = '', ...names] = LANGUAGES[language]!.split(',');
  const isSplit = WRITERS[given.writer]!(0).length === 2;
  const header = [
    ...(extra === 'index' ? [''] : []),
    time,
    ...(isSplit ? ['Time'] : []),
    ...order.map((column) => names[column - 1] ?? ''),
    ...(extra === 'symbol' ? ['Symbol'] : extra === 'change' ? ['Change %'] : []),
  ];
  return { header, rows, order };
}

/** Lines of text, with what stands between and around rows in files that people have. */
function textOf(given: Shape, { header, rows, order }: FileRows, candles: Candle[]): string {
  const { delimiter, language, extra, junk, lineEnd } = given;
  const quote = (cell: string) =>
    cell.includes(delimiter) || /^["\s]|\s$/.test(cell) ? `"${cell}"` : cell;
  const join = (cells: string[]) => cells.map(quote).join(delimiter);
  const lines = [...(header ? [header] : []), ...rows].map(join);
  const at = Math.floor(lines.length / 2) + 1;
  if (junk === 'line') lines.unshift('Downloaded from a vendor of prices');
  if (junk === 'comment') lines.splice(at, 0, '# a comment');
  if (junk === 'footer') lines.push('Downloaded from a vendor of prices');
  if (junk === 'header again' && header && language !== 'none') lines.splice(at, 0, join(header));
  if (junk === 'empty bar') {
    const empty = [...WRITERS[given.writer]!(candles[0]![0] - given.step), ...order.map(() => '')];
    const first = extra === 'index' ? ['9'] : [];
    const last = extra === 'symbol' ? ['EURUSD'] : extra === 'change' ? ['1%'] : [];
    lines.push(join([...first, ...empty, ...last]));
  }
  return `${lines.join(lineEnd)}${lineEnd}`;
}

function bytesOf(given: Shape, text: string): Uint8Array {
  const mark = given.isMarked ? '\uFEFF' : '';
  const [legacy, other] = LEGACY[given.language] ?? [];
  switch (given.encoding) {
    case 'utf-16le':
      return Buffer.from(mark + text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(mark + text, 'utf16le').swap16();
    case 'legacy':
      return (
        encodeText(text, (given.isMarked ? other : undefined) ?? legacy ?? '') ?? strToU8(text)
      );
    default:
      return strToU8((given.encoding === 'utf-8' ? '' : '\uFEFF') + text);
  }
}

const asValue = (cell: string) => (/^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell);
/** JSON of digits that a double has not. */
const asJson = (cell: string) => (/^-?[1-9]\d*(\.\d+)?$/.test(cell) ? cell : JSON.stringify(cell));

function fileOf(given: Shape, table: FileRows, candles: Candle[]): Uint8Array {
  const text = () => bytesOf(given, textOf(given, table, candles));
  // What is written with points between thousands is text: as a number it would be another one.
  const isText = given.numbers === 'german';
  const json = isText ? (cell: string) => JSON.stringify(cell) : asJson;
  const { header, rows } = table;
  const names = header?.map((name, i) => name || `index${i}`);
  const record = (row: string[]) =>
    `{${row.map((cell, i) => `${JSON.stringify(names?.[i])}:${json(cell)}`).join()}}`;
  const klines = () => `[${rows.map((row) => `[${row.map(json).join()}]`).join()}]`;
  switch (given.container) {
    case 'gzip':
      return gzipSync(text());
    case 'zip':
      return zipSync({ 'prices.csv': text() });
    case 'zip with notes':
      return zipSync({ 'README.txt': strToU8('Of a vendor.\n'), 'prices.csv': text() });
    case 'records':
      return strToU8(names ? `{"data":[${rows.map(record).join()}]}` : klines());
    case 'lines':
      return strToU8(names ? rows.map(record).join('\n') : klines());
    case 'klines':
      return strToU8(klines());
    case 'columns': {
      if (!names) return strToU8(klines());
      const columns = names.map(
        (name, i) => `${JSON.stringify(name)}:[${rows.map((row) => json(row[i]!)).join()}]`,
      );
      return strToU8(`{${columns.join()}}`);
    }
    case 'parquet':
      return new Uint8Array(
        parquetWriteBuffer({
          columnData: (names ?? rows[0]!.map((_, i) => `${i}`)).map((name, i) => ({
            name,
            data: rows.map((row) => row[i]!),
            type: 'STRING',
          })),
        }),
      );
    case 'workbook': {
      const cells = isText ? rows : rows.map((row) => row.map(asValue));
      const serial = (time: number) => moment(time / 86_400 + 25_569);
      const at = given.extra === 'index' ? 1 : 0;
      const isDate = given.writer === 'plain' || given.writer === 'excel';
      const ordered = given.newestFirst ? candles.toReversed() : candles;
      const dated: Cell[][] = cells.map((row, i) =>
        isDate ? row.with(at, serial(ordered[i]![0]) as never) : row,
      );
      return workbook({ Prices: header ? [header, ...dated] : dated });
    }
    default:
      return text();
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-shapes-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Read = { candles: Candle[]; errors: number; context: string };

/** Null where something is asked, or the file is refused by a sentence. */
async function read(bytes: Uint8Array): Promise<Read | null> {
  const path = join(folder, 'prices');
  await writeFile(path, bytes);
  const found = await detectFile(path, 'prices.csv').catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  if (!found || found.detected.questions.some(({ assumed }) => assumed === null)) return null;
  const { mapping } = found.detected;
  const issues = new ImportIssues();
  const reader = new RowReader(mapping, issues);
  const candles: Candle[] = [];
  const take = ({ length, time, open, high, low, close, volume }: ReturnType<RowReader['end']>) => {
    for (let i = 0; i < length; i++) {
      candles.push([time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);
    }
  };
  for await (const chunk of found.source.chunks()) take(reader.read(chunk));
  take(reader.end());
  const context = `${mapping.columns.join()} ${mapping.timeFormat} ${mapping.decimalComma}`;
  return { candles: candles.sort((a, b) => a[0] - b[0]), errors: issues.errors, context };
}

async function shapes() {
  const asked = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(shape, async (given) => {
      // The same number in every row of a table without names says nothing.
      const { language, container, writer, step } = given;
      const hasNames = language !== 'none' && container !== 'klines';
      if (!hasNames && writer === 'digits' && step === 86_400) return;
      const candles = candlesOf(given);
      const table = tableOf(given, candles);
      const found = await read(fileOf(given, table, candles));
      // A row that is refused by its line and reason is no candle that is read wrong.
      if (!found || found.errors > 0) {
        asked.set(given.container, (asked.get(given.container) ?? 0) + 1);
        return;
      }
      const context = `${found.context}\n${table.header}\n${table.rows.slice(0, 5).join('\n')}`;
      const volumes = found.candles.some(([, , , , , volume]) => !Number.isNaN(volume));
      const comparable = volumes ? found.candles : found.candles.map((each) => each.slice(0, 5));
      const expected = volumes ? candles : candles.map((each) => each.slice(0, 5));
      expect(comparable, context).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
  return [...asked.values()].reduce((sum, count) => sum + count, 0);
}

it('reads back what was written in any shape, or asks', async () => {
  // Most of it is read: a detector that asks about everything would pass as well.
  expect(await shapes()).toBeLessThan(RUNS / 2);
}, 3_000_000);

it('has an example of every notation', () => {
  for (const { examples } of Object.values(NOTATIONS)) expect(examples.length).toBeGreaterThan(0);
});
