'use client';

import { useState } from 'react';
import { Dialog } from '@/components/dialog';
import { FIELD, Field } from '@/components/field';
import { formatCount, formatFixed, formatSigned } from '@/components/format';
import { Notice } from '@/components/notice';
import {
  type Barriers,
  barriers,
  DEFAULT_BARRIERS,
  type LabelOutcomes,
  MIN_OUTCOMES,
} from '@/contract/outcomes';
import { trpc } from '@/trpc/client';
import { labelStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { barriersText } from './barriers-text';

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** How often each label's spans were followed by a gain before a loss. */
export function LabelOutcomesDialog({ onClose }: { onClose: () => void }) {
  const { chart } = useSession();
  const [asked, setAsked] = useState<Barriers>(DEFAULT_BARRIERS);
  const outcomes = trpc.outcomes.byLabel.useQuery(
    { chartId: chart.id, barriers: asked },
    { placeholderData: (before) => before },
  );
  return (
    <Dialog
      title="What came after each label"
      description={`${barriersText(asked)}; entry at the open of the bar after the span`}
      onClose={onClose}
      width={760}
    >
      <BarriersForm value={asked} onChange={setAsked} />
      {outcomes.error && <Notice tone="error">{outcomes.error.message}</Notice>}
      {outcomes.data?.length === 0 && (
        <p className="py-3 text-muted">This chart has no labelled spans yet.</p>
      )}
      {outcomes.data && outcomes.data.length > 0 && <OutcomeTable rows={outcomes.data} />}
      <p className="mt-3 text-muted text-xs">
        One ATR is the mean true range of the 14 bars up to the span’s end. A bar that touches both
        prices counts as a stop. Spans whose bars overlap count as fewer, which gives n; below{' '}
        {MIN_OUTCOMES} no rate is shown. The interval is at 90 %.
      </p>
    </Dialog>
  );
}

function BarriersForm(props: { value: Barriers; onChange: (value: Barriers) => void }) {
  const { value, onChange } = props;
  const change = (part: Partial<Barriers>) => {
    const next = barriers.safeParse({ ...value, ...part });
    if (next.success) onChange(next.data);
  };
  const number = (name: string, key: 'takeProfit' | 'stop' | 'horizon', max: number) => (
    <Field name={name}>
      <input
        type="number"
        min={key === 'horizon' ? 1 : 0.1}
        max={max}
        step={key === 'horizon' ? 1 : 0.1}
        defaultValue={value[key]}
        onChange={(event) => change({ [key]: event.target.valueAsNumber })}
        className={FIELD}
      />
    </Field>
  );
  return (
    <div className="mb-3 grid grid-cols-4 gap-3">
      <Field name="Position">
        <select
          value={value.side}
          onChange={(event) => change({ side: event.target.value as Barriers['side'] })}
          className={FIELD}
        >
          <option value="long">Long</option>
          <option value="short">Short</option>
        </select>
      </Field>
      {number('Take profit, ATR', 'takeProfit', 20)}
      {number('Stop, ATR', 'stop', 20)}
      {number('Held at most, bars', 'horizon', 200)}
    </div>
  );
}

function OutcomeTable({ rows }: { rows: LabelOutcomes[] }) {
  const { labels } = useSession();
  return (
    <table className="w-full tabular-nums">
      <thead>
        <tr className="border-line border-b text-left text-muted text-xs [&>th]:py-1.5 [&>th]:font-normal">
          <th scope="col">Label</th>
          <th scope="col" className="text-right">
            Spans
          </th>
          <th scope="col" className="text-right">
            Take profit
          </th>
          <th scope="col" className="text-right">
            Stop
          </th>
          <th scope="col" className="text-right">
            Time
          </th>
          <th scope="col" className="text-right">
            Unknown
          </th>
          <th scope="col" className="pl-4">
            Hit rate
          </th>
          <th scope="col" className="text-right">
            Mean, ATR
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label} className="h-[26px] border-line border-b last:border-b-0">
            <td className="max-w-44 truncate">{labelStyle(labels, row.label).text}</td>
            {[row.spans, row.takeProfit, row.stop, row.time, row.unresolved].map((count, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the columns are always the same
              <td key={at} className="text-right">
                {formatCount(count)}
              </td>
            ))}
            <td className="pl-4">
              {row.hitRate ? (
                <>
                  {percent(row.hitRate.value)}{' '}
                  <span className="text-muted">
                    ({percent(row.hitRate.low)} to {percent(row.hitRate.high)}, n ={' '}
                    {formatFixed(row.effectiveCount, 0)})
                  </span>
                </>
              ) : (
                <span className="text-muted">
                  n = {formatFixed(row.effectiveCount, 0)}, too few for a rate
                </span>
              )}
            </td>
            <td className="text-right">{row.meanGain !== null && formatSigned(row.meanGain, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
