import { describe, expect, it } from 'vitest';
import type { ColumnRole, Mapping } from '@/contract/uploads';
import { detect } from './detect';

const map = (
  text: string,
  columns: Partial<Record<ColumnRole, string>>,
  given: Partial<Mapping> = {},
) =>
  detect({ text, more: [], isComplete: true }, 'prices.csv', {
    given,
    columns: new Map(Object.entries(columns) as [ColumnRole, string][]),
  })!;

describe('detect, told what columns are', () => {
  it('changes one column of a file that was recognised, and leaves the others', () => {
    const text = 'time,open,high,low,close,volume,amount\n2024-01-02,1,2,1,2,7,70\n';
    expect(map(text, { volume: 'Amount' }).mapping.columns).toEqual([
      'time',
      'open',
      'high',
      'low',
      'close',
      'ignore',
      'volume',
    ]);
  });

  it('takes one time for the date and time of day that were recognised', () => {
    const text = 'date,time,open,high,low,close,utc\n2024-01-02,09:30,1,2,1,2,1704187800\n';
    const { columns, timeFormat } = map(text, { time: 'utc' }).mapping;
    expect(columns).toEqual(['ignore', 'ignore', 'open', 'high', 'low', 'close', 'time']);
    expect(timeFormat).toBe('unix-s');
  });

  it('finds the header that has the names, under the delimiter that it has, after other lines', () => {
    const text = 'Kurse, von der Bank\n\nTag;Auf;Ho;Ti;Zu\n02.01.2024;1,5;2,5;1;2\n';
    const { mapping, header } = map(text, {
      time: 'Tag',
      open: 'Auf',
      high: 'Ho',
      low: 'Ti',
      close: 'zu',
    });
    expect(mapping).toEqual({
      delimiter: ';',
      skipLines: 3,
      columns: ['time', 'open', 'high', 'low', 'close'],
      timeFormat: 'dmy',
      timeZone: 'UTC',
      decimalComma: true,
    });
    expect(header).toEqual(['Tag', 'Auf', 'Ho', 'Ti', 'Zu']);
  });

  it('counts columns from 1 in a file without a header', () => {
    const text = '7|x|2024-01-02|1|2|1|2\n';
    const { mapping } = map(text, { time: '3', open: '4', high: '5', low: '6', close: '7' });
    expect(mapping).toMatchObject({ delimiter: '|', skipLines: 0 });
    expect(mapping.columns).toEqual(['ignore', 'ignore', 'time', 'open', 'high', 'low', 'close']);
  });

  it('asks for what is left open, unless it is told', () => {
    const text = 'd,a,b,c,e\n1/2/2024,1,2,1,2\n';
    const columns = { time: 'd', open: 'a', high: 'b', low: 'c', close: 'e' };
    expect(map(text, columns).questions).toHaveLength(1);
    const told = map(text, columns, { timeFormat: 'dmy', skipLines: 1, timeZone: 'Asia/Tokyo' });
    expect(told.questions).toEqual([]);
    expect(told.mapping).toMatchObject({ timeFormat: 'dmy', timeZone: 'Asia/Tokyo' });
  });

  it.each([
    [
      'name',
      { open: 'Opening' },
      'prices.csv has no column “Opening”. Its columns are: 1 time, 2 open,',
    ],
    ['number', { open: '9' }, 'prices.csv has no column “9”. Its columns are: 1 time,'],
    ['number from 0', { open: '0' }, 'prices.csv has no column “0”.'],
    ['time that is none', { time: 'close' }, 'the column “close”, with “2”, holds no times'],
  ])('refuses an unknown %s with the columns there are', (_, columns, sentence) => {
    const text = 'time,open,high,low,close\n2024-01-02,1,2,1,2\n';
    expect(() => map(text, columns)).toThrow(sentence);
  });
});
