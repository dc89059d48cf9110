import type { ImportFindings } from '@/contract/candles';
import { csvLine } from '@/contract/csv-line';

/** By which spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/** The problems of a file as a CSV; its last line says how many more there are than were kept. */
export function problemsCsv({ problems, problemCount }: ImportFindings): string {
  const rows = problems.map(({ line, severity, reason }) => csvLine([line, severity, reason]));
  const more = problemCount - problems.length;
  if (more > 0) {
    const reason = `and ${more.toLocaleString('en-US')} more problems, which this list does not hold`;
    rows.push(csvLine([null, 'note', reason]));
  }
  return BYTE_ORDER_MARK + csvLine(['line', 'severity', 'reason']) + rows.join('');
}
