import { FIELD, Field } from '@/components/field';
import { formatCount, formatTime, formatTimeframe } from '@/components/format';
import { Segmented } from '@/components/segmented';
import type { Chart } from '@/contract/charts';
import type { ImportChoices } from './use-import';

const MODES: { value: ImportChoices['mode']; text: string }[] = [
  { value: 'new', text: 'New chart' },
  { value: 'append', text: 'Append to a chart' },
  { value: 'merge', text: 'Merge into a chart' },
];

/** Where a file's candles go; `charts` has the one that is open first. */
export function TargetForm(props: {
  choices: ImportChoices;
  charts: Chart[];
  onChange: (changed: Partial<ImportChoices>) => void;
}) {
  const { choices, charts, onChange } = props;
  const { mode, chartName } = choices;
  const chart = charts.find(({ id }) => id === choices.chartId) ?? charts[0];
  return (
    <div className="flex flex-col gap-2">
      {charts.length > 0 && (
        <Segmented
          label="Where the candles go"
          value={mode}
          options={MODES}
          onChange={(value) => value && onChange({ mode: value, chartId: chart?.id ?? null })}
        />
      )}
      {mode === 'new' ? (
        <Field name="Chart name">
          <input
            value={chartName}
            maxLength={200}
            onChange={(event) => onChange({ chartName: event.target.value })}
            className={FIELD}
          />
        </Field>
      ) : (
        <Field name="Chart">
          <select
            value={chart?.id}
            onChange={(event) => onChange({ chartId: Number(event.target.value) })}
            className={FIELD}
          >
            {charts.map((each) => (
              <option key={each.id} value={each.id}>
                {optionOf(each)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {mode !== 'new' && <p className="text-muted text-xs">{explain(mode, chart)}</p>}
    </div>
  );
}

function optionOf({ name, candleCount, timeframe }: Chart): string {
  if (timeframe === null) return `${name} (empty)`;
  return `${name} (${formatCount(candleCount)} candles of ${formatTimeframe(timeframe)})`;
}

function explain(mode: 'append' | 'merge', chart: Chart | undefined): string {
  if (mode === 'merge') {
    return 'Candles get into place by their times, and replace those of the same times. Spans and annotations keep their places.';
  }
  const last = chart?.lastTime;
  const after = last != null ? `, ${formatTime(last, chart?.timeframe ?? null)} UTC` : '';
  return `Candles are added after the last one${after}. What is there stays as it is.`;
}
