import type { LabelFormat } from '@/contract/exports';
import { AppError } from '../errors';
import { columnName } from './file-time';
import { delimiterOf } from './notation';
import { SPANS_FORMAT } from './spans-json';

/** Other JSON may hold candles. A program that read and wrote it may have parted its lines. */
const OWN_JSON = new RegExp(`^\\{[^[]*"format"\\s*:\\s*"${SPANS_FORMAT}"`);
const LISTED = ['start', 'end', 'label'].map((key) => new RegExp(`"${key}"\\s*:`));

/** The format of the file that begins with `head`. Throws a BAD_REQUEST for one of another program. */
export function formatOfText(head: string, fileName: string): LabelFormat | null {
  if (/"timeserieslabels\\?"/.test(head)) throw ofLabelStudio(fileName);
  if (/^[{[]/.test(head)) {
    const isList = head.startsWith('[') && LISTED.every((key) => key.test(head));
    return isList || OWN_JSON.test(head) ? 'spans-json' : null;
  }
  const [line = ''] = head.split(/\r?\n/, 1);
  const cells = line.split(delimiterOf(line));
  const columns = cells.map((name) => columnName(name.replaceAll('"', '')));
  const has = (...names: string[]) => names.every((name) => columns.includes(name));
  if (has('annotation_id', 'lead_time')) throw ofLabelStudio(fileName);
  if (has('series', 'timestamp', 'value', 'label')) throw ofTrainset(fileName);
  if (has('label_type')) return 'points-csv';
  if (has('bar', 'uid')) return 'windowed-csv';
  if (has('start_time_utc', 'end_time_utc', 'label')) return 'spans-csv';
  return has('time_utc', 'label') ? 'bio-csv' : null;
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
