import { useState } from 'react';
import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { FIELD, Field } from '@/components/field';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { PrimaryButton } from '@/components/primary-button';
import { ProgressPanel } from '@/components/progress-panel';
import type { Chart } from '@/contract/charts';
import {
  type LabelFormat,
  type LabelsImported,
  notTakenSentence,
  offCandlesSentence,
  unreadSentence,
} from '@/contract/exports';
import type { Upload } from './upload';
import { useLabelImport } from './use-label-import';

const HOLDS: Record<LabelFormat, string> = {
  'points-csv': 'holds annotations: markers, lines and rectangles (points CSV)',
  'spans-json': 'holds spans (spans JSON)',
  'spans-csv': 'holds spans, a row each',
  'windowed-csv': 'holds spans with the candles around them (windowed CSV)',
  'bio-csv': 'holds candles with the spans on them (BIO CSV)',
  parquet: 'holds candles with the spans and annotations on them (Parquet)',
};

/** A file of labels: which charts they go on and what would change there, then what did. */
export function LabelsStep(props: {
  upload: Upload;
  format: LabelFormat;
  charts: Chart[];
  onAgain: () => void;
  /** For a file that could be read as candles alone. */
  onCandles: () => void;
  onShow: (chartId: number) => void;
}) {
  const { upload, format, charts, onAgain, onCandles, onShow } = props;
  const [chartId, setChartId] = useState<number | null>(null);
  const [replace, setReplace] = useState(false);
  const { state, store, cancel } = useLabelImport(upload, chartId, replace);
  const isDone = state.name === 'done';
  const count = state.name === 'told' ? sum(state.changes) : 0;
  const [first] = isDone ? state.changes : [];
  return (
    <>
      <DialogBody>
        <div className="flex flex-col gap-3">
          <p className="break-words text-muted">
            <span className="text-text">{upload.fileName}</span> {HOLDS[format]}.
          </p>
          {!isDone && (
            <Field name="Onto">
              <select
                value={chartId ?? ''}
                disabled={state.name === 'storing'}
                onChange={(event) => setChartId(Number(event.target.value) || null)}
                className={FIELD}
              >
                <option value="">the charts that the file names</option>
                {charts.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
          )}
          {!isDone && (format === 'bio-csv' || format === 'parquet') && (
            <label className="flex items-center gap-2">
              <input
                type="checkbox"
                checked={replace}
                disabled={state.name === 'storing'}
                onChange={(event) => setReplace(event.target.checked)}
              />
              Remove spans in its range that have no tags in it (files of tags alone)
            </label>
          )}
          {state.name === 'refused' && <Notice tone="error">{state.error}</Notice>}
          {state.name === 'looking' && (
            <ProgressPanel text="Comparing the labels with the charts’" share={null} details={[]} />
          )}
          {state.name === 'storing' && (
            <ProgressPanel text="Storing the labels" share={null} details={['all or none']} />
          )}
          {(state.name === 'told' || isDone) && <Changes changes={state.changes} isDone={isDone} />}
        </div>
      </DialogBody>
      <DialogFooter>
        {state.name === 'storing' ? (
          <Button onClick={cancel}>Cancel</Button>
        ) : (
          <Button onClick={onAgain}>Another file</Button>
        )}
        {format === 'bio-csv' && (state.name === 'told' || state.name === 'refused') && (
          <Button onClick={onCandles}>Candles alone</Button>
        )}
        {state.name === 'told' && (
          <PrimaryButton disabled={count === 0} onClick={() => void store(state.changes)}>
            {`Import ${formatCount(count)} ${count === 1 ? 'change' : 'changes'}`}
          </PrimaryButton>
        )}
        {first && <PrimaryButton onClick={() => onShow(first.chartId)}>Show them</PrimaryButton>}
      </DialogFooter>
    </>
  );
}

/** A chart that is made is a change as well. */
const sum = (changes: LabelsImported[]) =>
  changes.reduce(
    (total, { created, changed, removed, isNew }) =>
      total + created + changed + removed + (isNew ? 1 : 0),
    0,
  );

/** What a person should look at, of a chart. */
const noticesOf = ({ chartName, offCandles, notTaken, unread }: LabelsImported): string[] => [
  ...(offCandles ? [`${chartName}: ${offCandlesSentence(offCandles)}`] : []),
  ...(notTaken ? [`${chartName}: ${notTakenSentence(notTaken)}`] : []),
  ...(unread ? [unreadSentence(unread)] : []),
];

function Changes({ changes, isDone }: { changes: LabelsImported[]; isDone: boolean }) {
  if (changes.length === 0) return <p>The file holds no labels.</p>;
  return (
    <>
      <table className="w-full table-fixed">
        <thead className="text-muted text-xs">
          <tr>
            <th className="py-1 text-left font-normal">Chart</th>
            <th className="w-20 py-1 text-right font-normal">New</th>
            <th className="w-20 py-1 text-right font-normal">Changed</th>
            <th className="w-20 py-1 text-right font-normal">Removed</th>
            <th className="w-28 py-1 text-right font-normal">As they were</th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {changes.map((chart) => (
            <tr key={chart.chartId} className="border-line border-t">
              <td className="truncate py-1.5" title={chart.chartName}>
                {chart.chartName}
                {chart.isNew && (
                  <span className="ml-2 text-faint text-xs">
                    {isDone ? 'made, with its candles' : 'to be made, with its candles'}
                  </span>
                )}
              </td>
              <td className="py-1.5 text-right">{formatCount(chart.created)}</td>
              <td className="py-1.5 text-right">{formatCount(chart.changed)}</td>
              <td className="py-1.5 text-right">{formatCount(chart.removed)}</td>
              <td className="py-1.5 text-right">{formatCount(chart.unchanged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.flatMap(noticesOf).map((notice) => (
        <Notice key={notice} tone="warning">
          {notice}
        </Notice>
      ))}
      {!isDone && sum(changes) === 0 && (
        <p>The charts have all of these labels as they are: there is nothing to store.</p>
      )}
    </>
  );
}
