import { expect, it } from 'vitest';
import { Cells } from './cells';

function split(line: string, delimiter: string): string[] {
  const cells = new Cells(delimiter);
  const bytes = Buffer.from(line);
  cells.split(bytes, 0, bytes.length);
  return Array.from({ length: cells.count }, (_, i) => cells.text(i));
}

it.each([
  ['cells', 'a,b, c ,', ',', ['a', 'b', 'c', '']],
  ['cells in quotes', '"a","b,c","d ""e"""', ',', ['a', 'b,c', 'd "e"']],
  ['a quoted cell behind others', '2024-01-02,1,"1,000",2', ',', ['2024-01-02', '1', '1,000', '2']],
  ['a whole line in quotes', '"a,b,c"', ',', ['a', 'b', 'c']],
  ['single quotes', "'a','b'", ',', ['a', 'b']],
  ['columns that blanks align', '  a   b c  ', ' ', ['a', 'b', 'c']],
])('takes %s apart', (_, line, delimiter, cells) => expect(split(line, delimiter)).toEqual(cells));

it.each([
  [
    'blanks, apostrophes and empty quotes',
    ` a ,'b',"","x ""y""",`,
    [' a ', "'b'", '', 'x "y"', null],
  ],
  ['a whole line in quotes', '"a,b"', ['a,b']],
])('keeps %s of texts', (_, line, texts) => {
  const cells = new Cells(',', 'texts');
  const bytes = Buffer.from(line);
  cells.split(bytes, 0, bytes.length);
  expect(cells.hasStrayQuote).toBe(false);
  expect(Array.from({ length: cells.count }, (_, i) => cells.textOrNull(i))).toEqual(texts);
});

it.each(['a"b"', '"a"b', '"a" ,b', '"a""b"c"'])('tells of a quote in the middle of %s', (line) => {
  const cells = new Cells(',', 'texts');
  const bytes = Buffer.from(line);
  cells.split(bytes, 0, bytes.length);
  expect(cells.hasStrayQuote).toBe(true);
});
