import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { formatCount, formatRange, formatTimeframe } from '@/components/format';
import { PrimaryButton } from '@/components/primary-button';
import { ChangeCounts } from './changes-step';
import { ProblemList } from './problem-list';
import { problemsTitle } from './problems-title';
import type { Done } from './use-import';

/** What an import has done. */
export function DoneStep(props: {
  done: Done;
  fileName: string;
  /** The chart is the one behind the dialog. */
  isOpen: boolean;
  onAgain: () => void;
  onShow: () => void;
}) {
  const { done, fileName, isOpen, onAgain, onShow } = props;
  const { chartName, candles, timeframe, firstTime, lastTime, changes } = done;
  return (
    <>
      <DialogBody>
        <div className="flex flex-col gap-3">
          <p className="break-words" role="status">
            <strong className="font-semibold">{chartName}</strong> now holds {formatCount(candles)}{' '}
            {candles === 1 ? 'candle' : 'candles'} of {formatTimeframe(timeframe)},{' '}
            {formatRange(firstTime, lastTime, timeframe)}.
          </p>
          {changes && <ChangeCounts changes={changes} fileName={fileName} chartName={chartName} />}
          {done.problemCount > 0 && (
            <ProblemList title={problemsTitle(done, false)} findings={done} fileName={fileName} />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button onClick={onAgain}>Another file</Button>
        <PrimaryButton onClick={onShow}>{isOpen ? 'Show them' : 'Open the chart'}</PrimaryButton>
      </DialogFooter>
    </>
  );
}
