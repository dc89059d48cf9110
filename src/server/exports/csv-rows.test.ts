import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from '@/contract/csv-line';
import { type CsvRow, readRows } from './csv-rows';

async function read(bytes: Uint8Array, size: number, delimiter = ',') {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const rows: CsvRow[] = [];
  for await (const page of readRows(chunks(), 'labels.csv', delimiter)) rows.push(...page);
  return rows;
}

it('reads back every text, wherever the file is cut into chunks', async () => {
  const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'é', '🕯') });
  const rows = fc.array(fc.array(fc.option(text), { minLength: 2, maxLength: 4 }), {
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (written, size) => {
      const found = await read(Buffer.from(written.map(csvLine).join('')), size);
      // A formula's apostrophe is the table's to take away.
      const plain = found.map(({ cells }) =>
        cells.map((cell) => cell?.replace(/^'(?=[\n\r])/, '') ?? null),
      );
      expect(plain).toEqual(written);
    }),
    { numRuns: 300 },
  );
});

it('knows on which line a row begins', async () => {
  const rows = await read(Buffer.from('a;b\r\n\r\n"1\n2";3\r\n4;5'), 3, ';');
  expect(rows).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['1\n2', '3'] },
    { line: 5, cells: ['4', '5'] },
  ]);
});

it.each([
  ['a,b\n1,"2\n3,4', 'labels.csv: the row at line 2 opens a quote that is never closed.'],
  ['a,b\n1,2"3"\n', 'labels.csv: the row at line 2 has a quote in the middle of a cell.'],
])('refuses %j', async (text, message) => {
  await expect(read(Buffer.from(text), 4)).rejects.toThrow(message);
});
