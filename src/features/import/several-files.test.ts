import { describe, expect, it } from 'vitest';
import type { Inspection, Mapping } from '@/contract/uploads';
import { commonName, mappingOfOther } from './several-files';

it.each([
  [['BTC-1m-2024-01.csv', 'BTC-1m-2024-02.csv', 'BTC-1m-2024-11.csv.gz'], 'BTC-1m'],
  [['DAT_ASCII_EURUSD_M1_202401.zip', 'DAT_ASCII_EURUSD_M1_202402.zip'], 'DAT_ASCII_EURUSD_M1'],
  [['2023.csv', '2024.csv'], '2023'],
  [['eurusd.csv'], 'eurusd'],
])('%j are of %s', (names, common) => expect(commonName(names)).toBe(common));

describe('another file', () => {
  const mapping: Mapping = {
    delimiter: ',',
    skipLines: 1,
    columns: ['time', 'open', 'high', 'low', 'close'],
    timeFormat: 'unix-ms',
    timeZone: 'UTC',
    decimalComma: false,
  };
  const header = ['t', 'o', 'h', 'l', 'c'];
  const first: Inspection = {
    ...{ format: '', mapping, header, rows: [], candles: [], questions: [], notes: [] },
    ...{ symbol: null, leftOut: [], isWhole: true },
  };
  const other = (changed: Partial<Mapping>, names: string[] | null) => ({
    upload: { uploadId: '', fileName: 'b.csv' },
    inspection: { ...first, header: names, mapping: { ...mapping, ...changed } },
  });
  const chosen: Mapping = { ...mapping, timeZone: 'Asia/Tokyo', timeFormat: 'unix-s' };

  it('is read as was chosen for the first, with its own lines above the rows and unit of time', () => {
    const found = other({ skipLines: 0, timeFormat: 'unix-us', timeZone: 'UTC' }, null);
    expect(mappingOfOther(first, found, chosen)).toEqual({
      ...chosen,
      skipLines: 0,
      timeFormat: 'unix-us',
    });
  });

  it('takes the notation that was chosen for dates', () => {
    const dates = { ...chosen, timeFormat: 'mdy' } as const;
    const found = other({ timeFormat: 'dmy' }, header);
    expect(mappingOfOther(first, found, dates)).toMatchObject({ timeFormat: 'mdy' });
  });

  it.each([
    ['names', {}, ['t', 'o', 'l', 'h', 'c']],
    ['places', { columns: ['time', 'close', 'high', 'low', 'open'] }, null],
    ['delimiter', { delimiter: ';' }, header],
  ] as const)('with other %s is none of this chart', (_, changed, names) => {
    const found = other(structuredClone(changed) as Partial<Mapping>, names && [...names]);
    expect(mappingOfOther(first, found, chosen)).toBeNull();
  });
});
