import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { formatCount } from '@/components/format';
import { PrimaryButton } from '@/components/primary-button';
import type { ImportReport } from '@/contract/uploads';
import { IssueList } from './issue-list';

/** Why nothing was stored, and what happens to whoever goes on. */
export function RefusedStep(props: {
  refused: ImportReport;
  fileName: string;
  task: 'preview' | 'import';
  onAgain: () => void;
  onBack: () => void;
  onGo: () => void;
}) {
  const { refused, fileName, task, onAgain, onBack, onGo } = props;
  const { rows, issueCount, errorCount } = refused;
  const good = rows - errorCount;
  const have = `${rows === 1 ? 'row' : 'rows'} ${issueCount === 1 ? 'has' : 'have'}`;
  return (
    <>
      <DialogBody>
        <IssueList
          title={`Nothing was stored: ${formatCount(issueCount)} of ${formatCount(rows)} ${have} a problem.`}
          report={refused}
          fileName={fileName}
        />
      </DialogBody>
      <DialogFooter>
        <p className="mr-auto text-muted text-xs">
          {good > 0
            ? `Going on leaves out ${formatCount(errorCount)} and takes the other ${formatCount(good)}.`
            : 'No row is good. Is the file read as it should be?'}
        </p>
        <Button onClick={onAgain}>Another file</Button>
        <Button onClick={onBack}>Back</Button>
        {good > 0 && (
          <PrimaryButton onClick={onGo}>
            {task === 'preview' ? 'Preview the good rows' : 'Import the good rows'}
          </PrimaryButton>
        )}
      </DialogFooter>
    </>
  );
}
