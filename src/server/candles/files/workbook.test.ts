import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseTable } from './choose-table';
import { detectFile } from './inspect';
import { day, MAIN, moment, time, workbook } from './testing';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'candle-annotator-workbook-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function save(bytes: Uint8Array, name = 'prices.xlsx'): Promise<[string, string]> {
  const path = join(folder, `${++files}`);
  await writeFile(path, bytes);
  return [path, name];
}
async function text(...[path, name]: [string, string]): Promise<string> {
  const { source } = await chooseTable(path, name);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const HEADER = ['Date', 'Open', 'High', 'Low', 'Close', 'Volume'];
const prices = [1.5, 2, 1, 1.75, 10];
/** 45293 is the 2nd of January 2024. */
const ROWS = [0, 1, 2].map((i) => [day(45_293 + i), ...prices]);

describe('a workbook', () => {
  it('is its one sheet with something in it, dates as they are shown', async () => {
    const file = await save(workbook({ Prices: [HEADER, ...ROWS], Sheet2: [] }));
    expect(await text(...file)).toBe(
      'Date,Open,High,Low,Close,Volume\n2024-01-02,1.5,2,1,1.75,10\n2024-01-03,1.5,2,1,1.75,10\n2024-01-04,1.5,2,1,1.75,10\n',
    );
    const { detected, table } = await detectFile(...file);
    expect(detected).toMatchObject({ header: HEADER, questions: [], mapping: { skipLines: 1 } });
    expect(table).toBeNull();
  });

  it('keeps the numbers of its rows below a title and blank rows', async () => {
    const rows = [['Prices of a vendor'], [], HEADER, ...ROWS, [], ROWS[0]!];
    const file = await save(workbook({ Prices: rows }));
    const lines = (await text(...file)).split('\n');
    expect([lines[1], lines[2], lines[6]]).toEqual(['', 'Date,Open,High,Low,Close,Volume', '']);
    const { detected } = await detectFile(...file);
    expect(detected).toMatchObject({ mapping: { skipLines: 3 }, questions: [] });
  });

  it('has times to the second, in one column or in two', async () => {
    // 9:31 is no whole fraction of a day, and comes out a little too small.
    const fraction = (9 * 60 + 31) / 1_440;
    const one = await save(workbook({ A: [HEADER, [moment(45_293 + fraction), ...prices]] }));
    expect((await text(...one)).split('\n')[1]).toBe('2024-01-02 09:31:00,1.5,2,1,1.75,10');
    const header = ['Date', 'Time', ...HEADER.slice(1)];
    const two = await save(
      workbook({
        A: [header, [day(45_293), time(0), ...prices], [day(45_293), time(fraction), ...prices]],
      }),
    );
    expect((await text(...two)).split('\n').slice(1, 3)).toEqual([
      '2024-01-02,00:00:00,1.5,2,1,1.75,10',
      '2024-01-02,09:31:00,1.5,2,1,1.75,10',
    ]);
    expect((await detectFile(...two)).detected.mapping.columns.slice(0, 2)).toEqual([
      'date',
      'time-of-day',
    ]);
  });

  it.each(['date1904="1"', 'date1904="true"'])(
    'counts from 1904 where it says %s',
    async (says) => {
      const rows = [HEADER, [day(45_293 - 1_462), ...prices]];
      expect(await text(...(await save(workbook({ A: rows }, says))))).toContain('2024-01-02,1.5');
    },
  );

  it('takes numbers that are texts, and serials that are not shown as dates', async () => {
    const texts = ['45293', '1,234.5', '1,240', '1,200', '1,230', '1.2M'];
    const { detected, source } = await detectFile(
      ...(await save(workbook({ A: [HEADER, texts, ['45294', ...texts.slice(1)]] }))),
    );
    expect(detected.mapping).toMatchObject({ timeFormat: 'excel', decimalComma: false });
    for await (const chunk of source.chunks()) {
      expect(String(chunk)).toContain('45293,"1,234.5","1,240","1,200","1,230",1.2M\n');
    }
  });

  it('with several sheets of candles is asked which one', async () => {
    const sheets = {
      Notes: [['Bought in March']],
      AAPL: [HEADER, ...ROWS],
      MSFT: [HEADER, ...ROWS],
    };
    const file = await save(workbook(sheets));
    const { detected } = await detectFile(...file);
    expect(detected.questions).toMatchObject([
      {
        field: 'table',
        text: 'prices.xlsx holds 2 tables of candles: AAPL, MSFT. Which one?',
        answers: [{ option: '--table AAPL' }, { option: '--table MSFT' }],
      },
    ]);
    const second = await detectFile(...file, { given: { table: 'MSFT' } });
    expect(second).toMatchObject({ table: 'MSFT', detected: { questions: [] } });
  });
});

describe('refused by a sentence is', () => {
  const bytes = (length: number) => new Uint8Array(length);
  const far = (cell: string) =>
    strToU8(`<worksheet ${MAIN}><sheetData><row r="1048576">${cell}</row></sheetData></worksheet>`);
  const sheet = (xml: Uint8Array) => workbook({ A: [] }, '', { 'xl/worksheets/sheet1.xml': xml });
  it.each([
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'is an old Excel workbook (.xls)'],
    ['one without sheets', workbook({ A: [] }), 'is a workbook without anything in its sheets.'],
    [
      'one that unpacks to too much',
      workbook({ A: ROWS }, '', { 'xl/media/picture.png': bytes(101 * 2 ** 20) }),
      'is a workbook that unpacks to more than 100 MB. Save the sheet as CSV',
    ],
    [
      'one with cells far apart',
      sheet(far('<c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c>')),
      'has a sheet of 1,048,576 rows of 16,384 columns.',
    ],
    [
      'one of the strict kind',
      sheet(far('<c r="A1048576" t="d"><v>2024-01-02T09:30:00</v></c>')),
      'keeps its dates as “Strict Open XML”.',
    ],
    ['another office’s', zipSync({ 'content.xml': bytes(1) }), 'another kind than .xlsx. Save it'],
    [
      'a damaged one',
      workbook({ A: ROWS }, '', { 'xl/_rels/workbook.xml.rels': strToU8('<Relationships/>') }),
      'prices.xlsx is a damaged Excel workbook',
    ],
  ])('%s', async (_, content, sentence) => {
    await expect(text(...(await save(content)))).rejects.toThrow(sentence);
  });
});
