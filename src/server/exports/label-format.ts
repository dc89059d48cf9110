import type { LabelFormat } from '@/contract/exports';
import { AppError } from '../errors';
import { columnNames } from './file-time';
import { delimiterOf } from './notation';
import { SPANS_FORMAT } from './spans-json';

/** Other JSON may hold candles. A program that read and wrote it may have parted its lines. */
const OWN_JSON = new RegExp(`^\\{[^[]*"format"\\s*:\\s*"${SPANS_FORMAT}"`);
const KEY = /"([^"\\]{1,40})"\s*:/g;
const SPAN = ['start_time_utc', 'end_time_utc', 'label'];

/** The format of the file that begins with `head`. Throws a BAD_REQUEST for one of another program. */
export function formatOfText(head: string, fileName: string): LabelFormat | null {
  if (/"timeserieslabels\\?"/.test(head)) throw ofLabelStudio(fileName);
  if (/^[{[]/.test(head)) {
    const [first = ''] = head.split('}', 1);
    const keys = columnNames(Array.from(first.matchAll(KEY), ([, key = '']) => key));
    const isList = head.startsWith('[') && SPAN.every((name) => keys.includes(name));
    return isList || OWN_JSON.test(head) ? 'spans-json' : null;
  }
  const columns = columnNames(headerOf(head));
  const has = (...names: string[]) => names.every((name) => columns.includes(name));
  if (has('annotation_id', 'lead_time')) throw ofLabelStudio(fileName);
  if (has('series', 'time_utc', 'value', 'label')) throw ofTrainset(fileName);
  if (has('label_type')) return 'points-csv';
  if (has('bar', 'uid')) return 'windowed-csv';
  if (has(...SPAN)) return 'spans-csv';
  return has('time_utc', 'label') ? 'bio-csv' : null;
}

/** The names of the columns of a table that begins with `head`. */
export function headerOf(head: string): string[] {
  const [line = ''] = head.split(/\r?\n/, 1);
  return line.split(delimiterOf(line)).map((name) => name.replaceAll('"', '').trim());
}

const ofLabelStudio = (fileName: string) =>
  new AppError(
    'BAD_REQUEST',
    `${fileName} is an export of Label Studio, which is not read. Make a list of its spans: [{"start": "2024-01-31T09:30:00Z", "end": "2024-01-31T10:00:00Z", "label": "bull_flag"}].`,
  );

const ofTrainset = (fileName: string) =>
  new AppError(
    'BAD_REQUEST',
    `${fileName} is a file of TRAINSET, which is not read. Make a CSV of each of its series with the columns time_utc (its timestamp) and label (the name of a label, or O for none).`,
  );
