import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { formatCount, formatDuration, formatRange, formatTimeframe } from '@/components/format';
import { Notice } from '@/components/notice';
import { PrimaryButton } from '@/components/primary-button';
import { longestGap } from '@/contract/candles';
import { trpc } from '@/trpc/client';
import { ChangeCounts } from './changes-step';
import { IssueList } from './issue-list';
import { issuesTitle } from './issues-title';
import { LeftOutLines } from './understanding';
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
          {done.charts.length > 1 && (
            <ul className="flex flex-col gap-0.5" aria-label="Charts that were made">
              {done.charts.map(({ chartId, chartName, candles }) => (
                <li key={chartId} className="flex justify-between gap-3">
                  <span className="break-words">{chartName}</span>
                  <span className="tabular-nums text-muted">{formatCount(candles)} candles</span>
                </li>
              ))}
            </ul>
          )}
          <GapCount chartId={done.chartId} timeframe={timeframe} />
          <LeftOutLines leftOut={done.leftOut} isWhole />
          {changes && <ChangeCounts changes={changes} fileName={fileName} chartName={chartName} />}
          {done.issueCount > 0 && (
            <IssueList title={issuesTitle(done, false)} report={done} fileName={fileName} />
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

/**
 * Where candles may be missing from the file; the workbench goes through them. It has a line in each case: the
 * buttons below would otherwise move away under a pointer that presses one.
 */
function GapCount({ chartId, timeframe }: { chartId: number; timeframe: number }) {
  const gaps = trpc.candles.gaps.useQuery({ chartId }, { staleTime: 0 });
  if (gaps.error)
    return <Notice tone="error">Gaps can’t be looked for: {gaps.error.message}</Notice>;
  if (!gaps.data) return <p className="text-muted">Looking for gaps between candles…</p>;
  const longest = longestGap(gaps.data);
  if (!longest) {
    return <p className="text-muted">No gap between candles is out of the ordinary for them.</p>;
  }
  const { count } = gaps.data;
  return (
    <p className="text-muted">
      {formatCount(count)} {count === 1 ? 'gap' : 'gaps'} between candles
      {count === 1 ? ': ' : ', the longest '}
      {formatDuration(longest.before - longest.after)},{' '}
      {formatRange(longest.after, longest.before, timeframe)}. On the chart, “Go to” lists them.
    </p>
  );
}
