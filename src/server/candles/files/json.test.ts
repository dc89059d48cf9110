import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseTable } from './choose-table';
import { detectFile } from './inspect';
import { JsonRows, LONGEST_ROW } from './json-rows';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-json-'));
  path = join(folder, 'prices.json');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer, table?: string): Promise<string> {
  await writeFile(path, content);
  const { source } = await chooseTable(path, 'prices.json', table);
  let text = '';
  for await (const chunk of source.chunks()) text += Buffer.from(chunk).toString();
  return text;
}

const KLINE = '[1704153600000,"185.0","185.25","184.25","184.5",1000]';
const KLINE_LINE = '1704153600000,185.0,185.25,184.25,184.5,1000\n';
const RECORD = '{"t": 1704153600, "o": 1.50, "h": 2, "l": 1e-7, "c": 1.75}';
const RECORD_LINES = 't,o,h,l,c\n1704153600,1.50,2,1e-7,1.75\n';

describe('a table in JSON', () => {
  it.each([
    ['klines', `[${KLINE},${KLINE}]`, KLINE_LINE.repeat(2)],
    ['one kline in an array', `[${KLINE}]`, KLINE_LINE],
    ['one kline alone', KLINE, KLINE_LINE],
    ['klines a line', `${KLINE}\n${KLINE}\n`, KLINE_LINE.repeat(2)],
    ['records', `[${RECORD}]`, RECORD_LINES],
    ['one record alone', RECORD, RECORD_LINES],
    [
      'records one after the other',
      `${RECORD}\r\n${RECORD}`,
      `${RECORD_LINES}1704153600,1.50,2,1e-7,1.75\n`,
    ],
    ['an envelope', `{"status":"OK","results":[${RECORD}],"count":1}`, RECORD_LINES],
    ['envelopes in each other', `{"Data":{"from":[1,2],"Data":[${KLINE}]}}`, KLINE_LINE],
    ['an envelope with other arrays', `{"fields":[{"name":"a"}],"data":[${RECORD}]}`, RECORD_LINES],
    ['UTF-16', Buffer.from(`\uFEFF[${KLINE}]`, 'utf16le'), KLINE_LINE],
    ['gzip', gzipSync(`[${KLINE}]`), KLINE_LINE],
    [
      'names in the first row',
      `[["time","open","high","low","close"],[1704153600,1,2,1,2]]`,
      'time,open,high,low,close\n1704153600,1,2,1,2\n',
    ],
    [
      'records in records, and names that come later',
      '[{"time":"2024-01-02","mid":{"o":1,"h":2,"l":0.5,"c":1.5}},{"time":"2024-01-03","mid":{"o":1,"h":2,"l":0.5,"c":1.5},"volume":7}]',
      'time,mid.o,mid.h,mid.l,mid.c,volume\n2024-01-02,1,2,0.5,1.5,\n2024-01-03,1,2,0.5,1.5,7\n',
    ],
    [
      'values with their types, as MongoDB writes them',
      '[{"_id":{"$oid":"6f"},"t":{"$date":"2024-01-02"},"o":1,"h":2,"l":1,"c":2,"v":{"$numberLong":"7"}}]',
      '_id.$oid,t,o,h,l,c,v\n6f,2024-01-02,1,2,1,2,7\n',
    ],
    [
      'a record under each time, as Alpha Vantage has them',
      '{"Meta Data":{"2. Symbol":"IBM"},"Daily":{"2024-01-03":{"1. open":"1.50","2. high":"2","3. low":"1","4. close":"2"},"2024-01-02":{"1. open":"1","2. high":"2","3. low":"1","4. close":"1.5"}}}',
      ',1. open,2. high,3. low,4. close\n2024-01-03,1.50,2,1,2\n2024-01-02,1,2,1,1.5\n',
    ],
    [
      'a zone that stands before the rows',
      `{"meta":{"symbol":"A","exchange_timezone":"America/New_York"},"values":[${RECORD}]}`,
      `Time zone: America/New_York\n${RECORD_LINES}`,
    ],
    [
      'a record under each time, as pandas writes an index',
      '{"1704153600000":{"open":1,"high":2,"low":1,"close":2},"1704240000000":{"open":1,"high":2,"low":1,"close":2}}',
      ',open,high,low,close\n1704153600000,1,2,1,2\n1704240000000,1,2,1,2\n',
    ],
    [
      'digits that a double has not, NaN, and texts with signs of JSON',
      '[{"n":"a \\"b\\", [1]\\n{","t":1704153600123456789,"o":NaN,"h":2,"l":1,"c":null,"v":3,"x":[1,2]}]',
      'n,t,o,h,l,c,v,x\n"a ""b"", [1] {",1704153600123456789,NaN,2,1,,3,"[""1"",""2""]"\n',
    ],
  ])('reads %s', async (_, content, expected) => expect(await read(content)).toBe(expected));

  const column = (name: string, cells: (number | null)[]) => `"${name}":${JSON.stringify(cells)}`;
  const prices = [
    column('o', [1.5, 1.75]),
    column('h', [2, null]),
    column('l', [1, 1]),
    column('c', [1.75, 1.5]),
  ].join(',');
  const keyed = { open: [1.5, 1.75], high: [2, 2], low: [1, 1], close: [1.75, 1.5] };

  it.each([
    [
      'an array each',
      `{${prices},"s":"ok","t":[1704153600,1704153660]}`,
      'o,h,l,c,t\n1.5,2,1,1.75,1704153600\n1.75,,1,1.5,1704153660\n',
    ],
    [
      'arrays deep in objects, beside other numbers',
      `{"chart":{"result":[{"meta":{"a":1,"b":2,"c":3,"d":4,"e":5,"ranges":["1d"]},"timestamp":[1,2],"indicators":{"quote":[{${prices}}]}}]}}`,
      'timestamp,o,h,l,c\n1,1.5,2,1,1.75\n2,1.75,,1,1.5\n',
    ],
    [
      'an object each, by the index of pandas',
      JSON.stringify(
        Object.fromEntries(
          Object.entries(keyed).map(([name, [a, b]]) => [
            name,
            { 1704153600000: a, 1704153660000: b },
          ]),
        ),
      ),
      ',open,high,low,close\n1704153600000,1.5,2,1,1.75\n1704153660000,1.75,2,1,1.5\n',
    ],
  ])('reads columns as %s', async (_, content, expected) => {
    expect(await read(content)).toBe(expected);
    const { detected } = await detectFile(path, 'prices.json');
    expect(detected.mapping.columns.toSorted()).toEqual(['close', 'high', 'low', 'open', 'time']);
  });

  it('names its columns for the detection', async () => {
    const candle = (minute: number) =>
      `{"complete":true,"time":"2024-01-02T00:0${minute}:00Z","mid":{"o":"1.1","h":"1.3","l":"1.0","c":"1.2"},"bid":{"o":"1.0","h":"1.2","l":"0.9","c":"1.1"}}`;
    await writeFile(path, `{"candles":[${candle(1)},${candle(2)}]}`);
    const { detected } = await detectFile(path, 'prices.json');
    expect(detected.header).toContain('mid.o');
    expect(detected.mapping.columns.slice(1, 6)).toEqual(['time', 'open', 'high', 'low', 'close']);
  });

  it('is asked for among several', async () => {
    const bars = `{"bars":{"AAPL":[${RECORD}],"MSFT":[${RECORD.replace('1.75', '1.25')}]}}`;
    await writeFile(path, bars);
    const { detected } = await detectFile(path, 'prices.json');
    expect(detected.questions[0]).toMatchObject({
      field: 'table',
      answers: [{ label: 'bars.AAPL' }, { label: 'bars.MSFT' }],
    });
    expect(await read(bars, 'bars.MSFT')).toContain('1.25');
  });

  it.each([
    ['other JSON', '{"hello":[1,2,3]}', 'is JSON, but holds no candles: they are read from'],
    ['an empty array', '[]', 'is JSON, but holds no candles'],
    ['JSON that was cut', `[${KLINE},${KLINE.slice(0, 20)}`, 'prices.json ends in the middle.'],
    ['what is no JSON', `[${KLINE},[1,,2]]`, 'is no valid JSON: “[1,,2]” cannot be read.'],
    ['brackets that do not fit', `[${KLINE}}`, 'is no valid JSON'],
    [
      'a row without an end',
      `[${KLINE},["${'x'.repeat(LONGEST_ROW)}"]]`,
      'has a row of more than a million characters',
    ],
  ])('is not in %s', async (_, content, sentence) => {
    await expect(read(content)).rejects.toThrow(sentence);
  });

  it('does not make JSON of a text whose header begins with a bracket', async () => {
    const text = '[Date],[Open]\n2024-01-02,1\n';
    expect(await read(text)).toBe(text);
  });
});

it('reads the same in pieces of any length', () => {
  const text = Buffer.from(`{"größe":[{"a":1}],"daten":{"kerzen":[${KLINE},${KLINE}]}}`);
  for (let length = 1; length < text.length; length++) {
    const rows = new JsonRows({ path: 'daten.kerzen' });
    const found = [];
    for (let at = 0; at < text.length; at += length) {
      found.push(...rows.take(text.subarray(at, at + length)));
    }
    rows.end();
    expect(found).toHaveLength(2);
    expect(rows.paths).toEqual(['daten.kerzen']);
  }
});
