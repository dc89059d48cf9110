import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOTATIONS } from '@/contract/time-notations';
import type { Mapping } from '@/contract/uploads';
import { detect } from './detect';
import { ImportIssues } from './issues';
import { RowReader } from './row-reader';

/*
 * Candles written in random shapes, languages and notations read back the same, or something is
 * asked; never anything else.
 */

const LONG = 10_000;
// biome-ignore lint/style/noProcessEnv: npm run test:shapes sets it for this test alone.
const RUNS = process.env.IMPORT_SHAPES === 'long' ? LONG : 300;

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

const shape = fc.record({
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

function write(given: Shape, candles: Candle[]): string {
  const { delimiter, language, extra, junk } = given;
  const quote = (cell: string) =>
    cell.includes(delimiter) || /^["\s]|\s$/.test(cell) ? `"${cell}"` : cell;
  const write = NUMBERS[given.numbers]!;
  // Without names only the usual order is one that can be known.
  const order = language === 'none' || language === 'unknown' ? [1, 2, 3, 4, 5] : given.order;
  const rows = candles.map((candle, i) => {
    const time = WRITERS[given.writer]!(candle[0]);
    const cells = order.map((column) => write(candle[column]!));
    const line = { none: [], symbol: ['EURUSD'], change: [`${i}.5%`], index: [] }[extra];
    const first = extra === 'index' ? [String(i)] : [];
    return [...first, ...time, ...cells, ...line].map(quote).join(delimiter);
  });
  if (given.newestFirst) rows.reverse();
  const [time = '', ...names] = LANGUAGES[language]!.split(',');
  const isSplit = WRITERS[given.writer]!(0).length === 2;
  const header = [
    ...(extra === 'index' ? [''] : []),
    time,
    ...(isSplit ? ['Time'] : []),
    ...order.map((column) => names[column - 1] ?? ''),
    ...(extra === 'symbol' ? ['Symbol'] : extra === 'change' ? ['Change %'] : []),
  ]
    .map(quote)
    .join(delimiter);
  const lines = language === 'none' ? rows : [header, ...rows];
  const at = Math.floor(lines.length / 2) + 1;
  if (junk === 'line') lines.unshift('Downloaded from a vendor of prices');
  if (junk === 'comment') lines.splice(at, 0, '# a comment');
  if (junk === 'footer') lines.push('Downloaded from a vendor of prices');
  if (junk === 'header again' && language !== 'none') lines.splice(at, 0, header);
  if (junk === 'empty bar') {
    const empty = [...WRITERS[given.writer]!(candles[0]![0] - given.step), ...order.map(() => '')];
    const first = extra === 'index' ? ['9'] : [];
    const last = extra === 'symbol' ? ['EURUSD'] : extra === 'change' ? ['1%'] : [];
    lines.push([...first, ...empty, ...last].map(quote).join(delimiter));
  }
  return `${lines.join('\n')}\n`;
}

function read(text: string, mapping: Mapping) {
  const issues = new ImportIssues();
  const reader = new RowReader(mapping, issues);
  const candles: Candle[] = [];
  for (const next of [() => reader.read(Buffer.from(text)), () => reader.end()]) {
    const { length, time, open, high, low, close, volume } = next();
    for (let i = 0; i < length; i++) {
      candles.push([time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);
    }
  }
  return { candles: candles.sort((a, b) => a[0] - b[0]), issues };
}

/** As far as the notation can tell: Excel's days to the second. */
const shapes = () => {
  let asked = 0;
  fc.assert(
    fc.property(shape, (given) => {
      // The same number in every row of a table without names says nothing.
      const { language, writer, step } = given;
      if (language === 'none' && writer === 'digits' && step === 86_400) return;
      const candles = candlesOf(given);
      const text = write(given, candles);
      const detected = detect({ text, more: [], isComplete: true }, 'prices.csv');
      if (!detected || detected.questions.some(({ assumed }) => assumed === null)) {
        asked++;
        return;
      }
      const { candles: found, issues } = read(text, detected.mapping);
      // A row that is refused by its line and reason is no candle that is read wrong.
      if (issues.errors > 0) return;
      const context = `${detected.mapping.columns.join()} ${detected.mapping.timeFormat}\n${text}`;
      const volumes = found.some(([, , , , , volume]) => !Number.isNaN(volume));
      const comparable = volumes ? found : found.map((each) => each.slice(0, 5));
      const expected = volumes ? candles : candles.map((each) => each.slice(0, 5));
      expect(comparable, context).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
  return asked;
};

it('reads back what was written in any shape, or asks', () => {
  // Most of it is read: a detector that asks about everything would pass as well.
  expect(shapes()).toBeLessThan(RUNS / 2);
}, 600_000);

it('has an example of every notation', () => {
  for (const { examples } of Object.values(NOTATIONS)) expect(examples.length).toBeGreaterThan(0);
});
