import { describe, expect, it } from 'vitest';
import type { Mapping, OhlcPolicy } from '@/contract/uploads';
import { ImportIssues } from './issues';
import { RowReader } from './row-reader';

const MAPPING: Mapping = {
  delimiter: ',',
  skipLines: 1,
  columns: ['time', 'open', 'high', 'low', 'close', 'volume'],
  timeFormat: 'iso',
  timeZone: 'UTC',
  decimalComma: false,
};
const HEADER = 'time,open,high,low,close,volume';

/** Reads `text` in chunks of `size` bytes, all in one memory; the candles as [line, high, low, volume]. */
function read(text: string, { mapping = MAPPING, ohlcPolicy = 'keep', size = 1_000 } = {}) {
  const issues = new ImportIssues();
  const reader = new RowReader(mapping, issues, ohlcPolicy as OhlcPolicy);
  const bytes = Buffer.from(text);
  const candles: number[][] = [];
  const take = ({ length, line, high, low, volume }: ReturnType<RowReader['read']>) => {
    for (let i = 0; i < length; i++) candles.push([line[i]!, high[i]!, low[i]!, volume[i]!]);
  };
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    take(reader.read(chunk.subarray(0, bytes.copy(chunk, 0, at, at + size))));
    chunk.fill('#');
  }
  take(reader.end());
  return { candles, issues: issues.list(), rows: reader.rows };
}

const GOOD = '2024-01-02,1.5,2,1,1.75,10';

describe('RowReader', () => {
  it.each([
    ['a missing column', '2024-01-03,1,2,1,2', 'has 5 columns instead of 6'],
    ['a column too many', '2024-01-03,1,2,1,2,3,4', 'has 7 columns instead of 6'],
    ['a price that is no number', '2024-01-03,abc,2,1,2,3', 'open “abc” is not a number'],
    ['NaN', '2024-01-03,1,NaN,1,2,3', 'high is NaN'],
    ['an endless price', '2024-01-03,1,1e999,1,2,3', 'high “1e999” is not a number'],
    ['an empty cell', '2024-01-03,1,2,,2,3', 'low is empty'],
    ['a volume that is no number', '2024-01-03,1,2,1,2,much', 'volume “much” is not a number'],
    ['a volume below zero', '2024-01-03,1,2,1,2,-3', 'volume “-3” is below zero'],
    ['high below low', '2024-01-03,1.5,1,2,1.5,3', 'high 1 is below low 2'],
    [
      'an unreadable time',
      '2024-02-30,1,2,1,2,3',
      'time “2024-02-30” cannot be read as YYYY-MM-DD',
    ],
    ['no time', ',1,2,1,2,3', 'time is empty'],
    ['words between the rows', 'end of the file', 'is not a row: “end of the file”'],
  ])('names the line and the reason for %s', (_, row, reason) => {
    const { candles, issues } = read(`${HEADER}\n${GOOD}\n${row}\n${GOOD}\n`);
    expect(issues).toEqual([{ line: 3, reason, severity: 'error' }]);
    expect(candles.map(([line]) => line)).toEqual([2, 4]);
  });

  it.each([
    ['2024-01-03,1,2,1,2', 'after a comma is missing'],
    ['2024-0', 'inside the time'],
    ['2024-01-03,1,2,1', 'inside the prices'],
  ])('says that the file ends inside its last line: %s', (row) => {
    const { issues, candles } = read(`${HEADER}\n${GOOD}\n${row}`);
    expect(issues).toEqual([
      { line: 3, reason: 'the file ends in the middle of this line', severity: 'error' },
    ]);
    expect(candles).toHaveLength(1);
  });

  it('takes lines of delimiters alone for empty ones', () => {
    const { issues, rows } = read(`${HEADER}\n${GOOD}\n,,,,,\n${GOOD}\n , ,,,,\n,,,\n,,,`);
    expect([issues, rows]).toEqual([[], 2]);
  });

  it('takes the sign of DOS at the end of a file for none of its rows', () => {
    const { issues, rows } = read(`${HEADER}\r\n${GOOD}\r\n\x1a`);
    expect([issues, rows]).toEqual([[], 1]);
  });

  it('takes a whole last line without a newline', () => {
    expect(read(`${HEADER}\n${GOOD}`).candles).toEqual([[2, 2, 1, 10]]);
  });

  it('reads the same whatever the size of the chunks', () => {
    const text = `${HEADER}\r\n${GOOD}\r\n\r\n"2024-01-03",1,"2",x,2,\r\n${GOOD},\r\n`;
    const whole = read(text);
    expect(whole.candles).toHaveLength(2);
    for (const size of [1, 2, 3, 7, 20]) expect(read(text, { size })).toEqual(whole);
  });

  it('leaves out a last line of words, with a warning', () => {
    const { issues, rows } = read(`${HEADER}\n${GOOD}\n"Downloaded from Example.com as of now"\n`);
    expect(issues).toEqual([
      {
        line: 3,
        reason: 'left out, not a row: “Downloaded from Example.com as of now”',
        severity: 'warning',
      },
    ]);
    expect(rows).toBe(1);
  });

  it('leaves out how many rows there are, as psql writes at the end', () => {
    const { candles, issues } = read(`${HEADER}\n${GOOD}\n(1 row)\n`);
    expect(candles).toHaveLength(1);
    expect(issues.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('takes no volume for none', () => {
    const rows = ['', 'NaN', 'null', '-'].map((volume) => `2024-01-03,1,2,1,2,${volume}`);
    const { candles, issues } = read(`${HEADER}\n${rows.join('\n')}\n`);
    expect(candles.map(([, , , volume]) => volume)).toEqual(Array(4).fill(Number.NaN));
    expect(issues).toEqual([]);
  });

  it.each<[OhlcPolicy, number[][], string]>([
    [
      'keep',
      [
        [2, 2, 1.5, 3],
        [3, 1.8, 1, 3],
      ],
      'kept as it is',
    ],
    [
      'widen',
      [
        [2, 2, 1.25, 3],
        [3, 2, 1, 3],
      ],
      'widened',
    ],
    ['drop', [], 'left out'],
  ])(
    'warns of a high or low that does not ohlcPolicy the body and can %s it',
    (policy, found, done) => {
      const text = `${HEADER}\n2024-01-03,1.25,2,1.5,2,3\n2024-01-04,1.25,1.8,1,2,3\n`;
      const { candles, issues } = read(text, { ohlcPolicy: policy });
      expect(candles).toEqual(found);
      expect(issues).toEqual([
        { line: 2, reason: `low 1.5 is above open 1.25: ${done}`, severity: 'warning' },
        { line: 3, reason: `high 1.8 is below close 2: ${done}`, severity: 'warning' },
      ]);
    },
  );

  it('asks about a price of 0, as some sources write for none', () => {
    const rows = ['2024-01-03,2,2,0,2,3', '2024-01-04,0,0,0,0,1', '2024-01-05,0,1,-1,0.5,3'];
    const { candles, issues } = read(`${HEADER}\n${rows.join('\n')}\n`);
    expect(candles).toHaveLength(3);
    expect(issues.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'low is 0, kept as it is: is a price missing?'],
      [3, 'every price is 0, kept as it is: is a price missing?'],
    ]);
  });

  it('leaves out a candle that the file calls incomplete', () => {
    const mapping: Mapping = { ...MAPPING, columns: [...MAPPING.columns, 'complete'] };
    const text = `${HEADER},complete\n${GOOD},True\n2024-01-03,1,2,1,2,3,False\n2024-01-04,1,2,1,2,3,\n`;
    const { candles, issues } = read(text, { mapping });
    expect(candles.map(([line]) => line)).toEqual([2, 4]);
    expect(issues).toEqual([
      {
        line: 3,
        reason: 'left out, the file says that it is not complete yet',
        severity: 'warning',
      },
    ]);
  });

  it('reads texts that are written as formulas', () => {
    const formulas = GOOD.split(',').map((cell) => `="${cell}"`);
    expect(read(`${HEADER}\n${formulas.join(',')}\n`)).toEqual(read(`${HEADER}\n${GOOD}\n`));
  });

  describe('of an hour that clocks show twice', () => {
    const lines = (clocks: string[]) => {
      const rows = clocks.map((clock) => `2024-11-03 ${clock},1,2,1,2,3`);
      const mapping = { ...MAPPING, timeZone: 'America/New_York' };
      const { issues } = read(`${HEADER}\n${rows.join('\n')}\n`, { mapping });
      for (const { reason } of issues) expect(reason).toContain('twice in America/New_York');
      return issues.map(({ line }) => line);
    };

    it('says nothing where the order of the rows tells', () => {
      expect(lines(['00:00', '01:00', '01:00', '02:00'])).toEqual([]);
      expect(lines(['02:00', '01:00', '01:00', '00:00'])).toEqual([]);
      expect(lines(['00:45', '01:15', '01:45', '01:15', '01:45', '02:15'])).toEqual([]);
    });

    it('says so where there is one of the two', () => {
      expect(lines(['00:00', '01:00', '02:00'])).toEqual([3]);
      expect(lines(['01:00', '02:00'])).toEqual([2]);
    });

    it('says so where the rows before are far away', () => {
      expect(lines(['12:00', '01:00', '20:00', '01:00'])).toEqual([3, 5]);
    });
  });

  it('asks about a Unix time of 0', () => {
    const mapping: Mapping = { ...MAPPING, timeFormat: 'unix-s' };
    const { issues } = read(`${HEADER}\n0,1,2,1,2,3\n1704186000,1,2,1,2,3\n`, { mapping });
    expect(issues.map(({ line, severity }) => [line, severity])).toEqual([[2, 'warning']]);
  });

  it('refuses a line that never ends', () => {
    const reader = new RowReader(MAPPING, new ImportIssues());
    expect(() => reader.read(Buffer.alloc(100_000, '1'))).toThrow('Line 1 has more than 65,536');
  });

  it.each<[string, Partial<Mapping>]>([
    ['No column is chosen for open, close', { columns: ['time', 'high', 'low'] }],
    [
      'More than one column is chosen for high',
      { columns: ['time', 'open', 'high', 'high', 'low', 'close'] },
    ],
    ['Choose one column for the time', { columns: ['open', 'high', 'low', 'close'] }],
    [
      'A column for the time of day needs one for the date',
      { columns: ['time', 'time-of-day', 'open', 'high', 'low', 'close'] },
    ],
    [
      'A Unix time has no column for the time of day',
      { columns: ['date', 'time-of-day', 'open', 'high', 'low', 'close'], timeFormat: 'unix-s' },
    ],
  ])('refuses a mapping: %s', (sentence, change) => {
    expect(() => new RowReader({ ...MAPPING, ...change }, new ImportIssues())).toThrow(sentence);
  });
});
