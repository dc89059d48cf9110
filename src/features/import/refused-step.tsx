import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { formatCount } from '@/components/format';
import { PrimaryButton } from '@/components/primary-button';
import type { ImportFindings } from '@/contract/candles';
import { ProblemList } from './problem-list';

/** Why nothing was stored, and what happens to whoever goes on. */
export function RefusedStep(props: {
  refused: ImportFindings;
  fileName: string;
  task: 'preview' | 'import';
  onAgain: () => void;
  onBack: () => void;
  onGo: () => void;
}) {
  const { refused, fileName, task, onAgain, onBack, onGo } = props;
  const { rows, problemCount, errorCount } = refused;
  const good = rows - errorCount;
  const have = problemCount === 1 ? 'row has' : 'rows have';
  return (
    <>
      <DialogBody>
        <ProblemList
          title={`Nothing was stored: ${formatCount(problemCount)} of ${formatCount(rows)} ${have} a problem.`}
          findings={refused}
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
