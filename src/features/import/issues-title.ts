import { formatCount } from '@/components/format';
import type { ImportReport } from '@/contract/uploads';

/** What becomes of rows with a problem; `ahead` of their being stored. */
export function issuesTitle({ issueCount, errorCount }: ImportReport, ahead: boolean): string {
  const warnings = issueCount - errorCount;
  const left = `${rows(errorCount)} ${ahead ? 'will be left out' : errorCount === 1 ? 'was left out' : 'were left out'}`;
  const worth = `${rows(warnings)} ${warnings === 1 ? 'is' : 'are'} worth a look`;
  if (warnings === 0) return `${left}.`;
  return errorCount === 0 ? `${worth}.` : `${left}, and ${worth}.`;
}

const rows = (count: number) => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}`;
