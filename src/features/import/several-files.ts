import type { Inspection, Mapping } from '@/contract/uploads';
import { nameFrom } from './file-name';
import type { Upload } from './upload';

/** A file that goes into the same chart as the first one, and how it would be read alone. */
export type OtherFile = { upload: Upload; inspection: Inspection };

/** `BTC-1m-2024-01.csv` and `BTC-1m-2024-02.csv` are of `BTC-1m`. */
export function commonName(fileNames: string[]): string {
  const [first = '', ...others] = fileNames.map(nameFrom);
  if (others.length === 0) return first;
  let length = first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length--;
  const common = first.slice(0, length).replace(/([\s_.-]+\d*)+$/, '');
  return /\D/.test(common) ? common : first;
}

/** For messages. */
export const titleOf = (files: Upload[]) =>
  files.length < 2
    ? (files[0]?.fileName ?? '')
    : `${files[0]?.fileName} and ${files.length - 1} more`;

/**
 * How another file is read, where the first one is read as `chosen`: alike, but for the lines above
 * its rows and the unit of its times. Null where its columns are others.
 */
export function mappingOfOther(
  first: Inspection,
  { inspection }: OtherFile,
  chosen: Mapping,
): Mapping | null {
  const own = inspection.mapping;
  if (!isAlike(first, inspection)) return null;
  const hasOwnTimes = own.timeFormat.startsWith('unix') && chosen.timeFormat.startsWith('unix');
  return {
    ...chosen,
    skipLines: own.skipLines,
    ...(hasOwnTimes && { timeFormat: own.timeFormat }),
    ...(own.table !== undefined && { table: own.table }),
  };
}

const isAlike = (first: Inspection, { header, mapping }: Inspection) =>
  mapping.delimiter === first.mapping.delimiter &&
  mapping.columns.length === first.mapping.columns.length &&
  // Some vendors began to write a header in the middle of the years.
  (header === null || first.header === null
    ? mapping.columns.join() === first.mapping.columns.join()
    : header.join() === first.header.join());
