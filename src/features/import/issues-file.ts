import { csvLine } from '@/contract/csv-line';
import type { ImportReport } from '@/contract/uploads';

/** By which spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/** The issues of an import as a CSV, with the file's name where there are several; its last line says how many more there are than were kept. */
export function issuesCsv({ issues, issueCount }: ImportReport): string {
  const ofSeveral = issues.some(({ file }) => file !== undefined);
  const columns = ['line', 'severity', 'reason', ...(ofSeveral ? ['file'] : [])];
  const rows = issues.map(({ line, severity, reason, file }) =>
    csvLine([line, severity, reason, ...(ofSeveral ? [file ?? ''] : [])]),
  );
  const more = issueCount - issues.length;
  if (more > 0) {
    const reason = `and ${more.toLocaleString('en-US')} more issues, which this list does not hold`;
    rows.push(csvLine([null, 'note', reason]));
  }
  return BYTE_ORDER_MARK + csvLine(columns) + rows.join('');
}
