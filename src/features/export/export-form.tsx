import { useState } from 'react';
import { FIELD, Field } from '@/components/field';
import { formatBytes, formatCount } from '@/components/format';
import { Segmented } from '@/components/segmented';
import { useInitialFocus } from '@/components/use-initial-focus';
import type { Chart } from '@/contract/charts';
import { type ExportFormat, isCsv, MAX_CONTEXT, MAX_EXPORTED_CHARTS } from '@/contract/exports';
import { zoneName } from '../session/time-zone';
import { MAX_IN_MEMORY, writesToDisk } from './file-sink';
import { FORMATS } from './formats';

export type ExportChoices = {
  format: ExportFormat;
  scope: 'this' | 'several' | 'all';
  /** Of `several`. */
  chartIds: number[];
  context: number;
  /** Of the times in a CSV file; it may be the one that the chart is shown in. */
  zone: string;
  shownZone: string;
};
/** More charts than this are searched. */
const SEARCHED = 8;

export function ExportForm(props: {
  choices: ExportChoices;
  charts: Chart[];
  current: Chart;
  onChange: (changed: Partial<ExportChoices>) => void;
}) {
  const { choices, charts, current, onChange } = props;
  return (
    <>
      <Formats chosen={choices.format} onChange={(format) => onChange({ format })} />
      {choices.format === 'windowed-csv' && (
        <Field name={`Candles of context on either side, 0 to ${formatCount(MAX_CONTEXT)}`}>
          <input
            type="number"
            min={0}
            max={MAX_CONTEXT}
            value={Number.isNaN(choices.context) ? '' : choices.context}
            onChange={(event) => onChange({ context: event.target.valueAsNumber })}
            className={FIELD}
          />
        </Field>
      )}
      <Segmented
        label="Charts"
        value={choices.scope}
        options={[
          { value: 'this', text: 'This chart' },
          { value: 'several', text: 'Several' },
          { value: 'all', text: `All (${formatCount(charts.length)})` },
        ]}
        onChange={(scope) => scope && onChange({ scope })}
      />
      {choices.scope === 'this' && (
        <p className="flex justify-between gap-4 px-1">
          <span className="min-w-0 truncate" title={current.name}>
            {current.name}
          </span>
          <span className="shrink-0 text-muted tabular-nums">
            {formatCount(current.candleCount)} candles
          </span>
        </p>
      )}
      {choices.scope === 'several' && (
        <ChartPicker
          charts={charts}
          chosen={choices.chartIds}
          onChange={(chartIds) => onChange({ chartIds })}
        />
      )}
      {isCsv(choices.format) && choices.shownZone !== 'UTC' ? (
        <Segmented
          label="Times in the file"
          value={choices.zone}
          options={[
            { value: 'UTC', text: 'Times in UTC' },
            { value: choices.shownZone, text: `Times of ${zoneName(choices.shownZone)}` },
          ]}
          onChange={(zone) => zone && onChange({ zone })}
        />
      ) : (
        <p className="text-muted text-xs">Times in the file are UTC.</p>
      )}
      {!writesToDisk() && (
        <p className="text-faint text-xs">
          This browser puts the file together in memory, up to {formatBytes(MAX_IN_MEMORY)}, and
          then saves it. Chrome and Edge write to disk as it comes, whatever its size.
        </p>
      )}
    </>
  );
}

function Formats(props: { chosen: ExportFormat; onChange: (format: ExportFormat) => void }) {
  // Where the keyboard begins: arrows choose, Enter exports.
  const checked = useInitialFocus<HTMLInputElement>();
  return (
    <fieldset className="flex flex-col overflow-hidden rounded-md border border-line">
      <legend className="sr-only">Format</legend>
      {Object.entries(FORMATS).map(([format, { name, use }]) => (
        <label
          key={format}
          className="flex cursor-pointer items-start gap-2.5 border-line border-b px-3 py-2 last:border-b-0 hover:bg-raised has-checked:bg-accent-bg"
        >
          <input
            ref={format === props.chosen ? checked : null}
            type="radio"
            name="format"
            value={format}
            checked={format === props.chosen}
            onChange={() => props.onChange(format as ExportFormat)}
            className="mt-1 accent-solid"
          />
          <span className="min-w-0">
            <span className="block font-medium">{name}</span>
            <span className="block text-muted text-xs">{use}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function ChartPicker(props: {
  charts: Chart[];
  chosen: number[];
  onChange: (chartIds: number[]) => void;
}) {
  const { charts, chosen, onChange } = props;
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = charts.filter(({ name }) => name.toLowerCase().includes(wanted));
  const isFull = chosen.length >= MAX_EXPORTED_CHARTS;
  return (
    <div>
      {charts.length > SEARCHED && (
        <input
          aria-label="Search charts"
          placeholder="Search charts"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className={`${FIELD} mb-2`}
        />
      )}
      <ul
        aria-label="Charts to export"
        className="max-h-44 overflow-y-auto rounded-md border border-line py-1"
      >
        {shown.map(({ id, name, candleCount }) => {
          const isChosen = chosen.includes(id);
          return (
            <li key={id}>
              <label className="flex cursor-pointer items-center gap-2.5 px-3 py-1 hover:bg-raised">
                <input
                  type="checkbox"
                  checked={isChosen}
                  disabled={isFull && !isChosen}
                  onChange={() =>
                    onChange(isChosen ? chosen.filter((each) => each !== id) : [...chosen, id])
                  }
                  className="accent-solid"
                />
                <span className="min-w-0 flex-1 truncate" title={name}>
                  {name}
                </span>
                <span className="text-faint text-xs tabular-nums">
                  {formatCount(candleCount)} candles
                </span>
              </label>
            </li>
          );
        })}
        {shown.length === 0 && <li className="px-3 py-1 text-muted">No chart has this name.</li>}
      </ul>
      <p className="mt-1 text-muted text-xs">
        {formatCount(chosen.length)} chosen{isFull ? ', which is the most at once' : ''}
      </p>
    </div>
  );
}
