import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { formatCount, formatRange, formatTimeframe } from '@/components/format';
import { Notice } from '@/components/notice';
import { PrimaryButton } from '@/components/primary-button';
import type { ImportChanges, ImportEvent } from '@/contract/uploads';
import { IssueList } from './issue-list';
import { issuesTitle } from './issues-title';

/** What a file would do to a chart, before it does. */
export function ChangesStep(props: {
  preview: Extract<ImportEvent, { type: 'preview' }>;
  fileName: string;
  chartName: string;
  mode: 'append' | 'merge';
  onBack: () => void;
  onGo: () => void;
}) {
  const { preview, fileName, chartName, mode, onBack, onGo } = props;
  const { changes } = preview;
  const changed = changes.added + changes.replaced;
  return (
    <>
      <DialogBody>
        <div className="flex flex-col gap-3">
          <Timeframes changes={changes} chartName={chartName} />
          <ChangeCounts changes={changes} fileName={fileName} chartName={chartName} />
          {changes.stale > 0 && <Notice tone="warning">{staleText(changes.stale)}</Notice>}
          {changed === 0 && (
            <p>The chart has all of these candles as they are: there is nothing to store.</p>
          )}
          {preview.issueCount > 0 && (
            <IssueList title={issuesTitle(preview, true)} report={preview} fileName={fileName} />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button onClick={onBack}>Back</Button>
        <PrimaryButton disabled={changed === 0} onClick={onGo}>
          {mode === 'append' ? 'Append' : 'Merge'} {count(changed, 'candle')}
        </PrimaryButton>
      </DialogFooter>
    </>
  );
}

function Timeframes({ changes, chartName }: { changes: ImportChanges; chartName: string }) {
  const { timeframe, chartTimeframe } = changes;
  if (timeframe === null || chartTimeframe === null || timeframe === chartTimeframe) return null;
  return (
    <Notice tone="warning">
      The candles of this file are of {formatTimeframe(timeframe)}, those of {chartName} of{' '}
      {formatTimeframe(chartTimeframe)}. In one chart they would stand side by side.
    </Notice>
  );
}

export function ChangeCounts(props: {
  changes: ImportChanges;
  fileName: string;
  chartName: string;
}) {
  const { added, replaced, identical, firstTime, lastTime, timeframe } = props.changes;
  return (
    <table className="w-full table-fixed">
      <caption className="mb-1 break-words text-left text-muted">
        <span className="text-text">{props.fileName}</span> (
        {formatRange(firstTime, lastTime, timeframe)}
        {timeframe !== null && `, ${formatTimeframe(timeframe)}`}) and{' '}
        <span className="text-text">{props.chartName}</span>:
      </caption>
      <tbody>
        <CountRow name="New candles" value={added} />
        <CountRow name="Replaced by other values" value={replaced} />
        <CountRow name="There already, the same" value={identical} />
      </tbody>
    </table>
  );
}

const CountRow = ({ name, value }: { name: string; value: number }) => (
  <tr className="border-line border-t">
    <th scope="row" className="py-1.5 text-left font-normal text-muted">
      {name}
    </th>
    <td className="w-32 py-1.5 text-right font-semibold tabular-nums">{formatCount(value)}</td>
  </tr>
);

const count = (value: number, what: string) =>
  `${formatCount(value)} ${what}${value === 1 ? '' : 's'}`;

const staleText = (stale: number) =>
  stale === 1
    ? '1 annotation has such candles between its first and its last: it will be marked as stale, and asked for again (Check on Home) until somebody says that it is still right.'
    : `${formatCount(stale)} annotations have such candles between their first and their last: they will be marked as stale, and asked for again (Check on Home) until somebody says that they are still right.`;
