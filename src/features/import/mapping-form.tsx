'use client';

import { FIELD, Field } from '@/components/field';
import { formatTime } from '@/components/format';
import { Notice } from '@/components/notice';
import { NOTATIONS } from '@/contract/time-notations';
import {
  type ColumnRole,
  columnRole,
  type Inspection,
  type Mapping,
  type Question,
  timeFormat,
} from '@/contract/uploads';
import { zoneList } from '@/contract/zone-list';
import { FileList } from './file-list';
import { openQuestions, Questions } from './questions';
import { Understanding } from './understanding';
import type { ImportChoices, Reading } from './use-import';

const MAX_SKIPPED = 100;
const DELIMITERS: Record<Mapping['delimiter'], string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  ' ': 'blanks',
};

/** Roles that a candle can't do without and that no column has. */
export function missingRoles({ columns }: Mapping): string[] {
  const needed: ColumnRole[] = ['open', 'high', 'low', 'close'];
  const missing: string[] = needed.filter((role) => !columns.includes(role));
  return columns.includes('time') || columns.includes('date') ? missing : ['time', ...missing];
}

/** What was recognised, to be looked at and changed before anything is stored. */
export function MappingForm(props: {
  reading: Reading;
  onChange: (changed: Partial<ImportChoices>) => void;
}) {
  const { reading, onChange } = props;
  const { inspection, choices } = reading;
  const { mapping } = choices;
  const set = (fields: Partial<Mapping>) => {
    // Who sets a thing has answered what was asked of it.
    const answered = [...choices.answered, ...(Object.keys(fields) as Question['field'][])];
    onChange({ answered, mapping: { ...mapping, ...fields } });
  };
  const missing = missingRoles(mapping);
  return (
    <>
      {missing.length > 0 && (
        <Notice tone="error">
          No column is taken for {missing.join(', ')}. Choose it in the table below, or take another
          file.
        </Notice>
      )}
      <Understanding reading={reading} />
      {reading.others.length > 0 && <FileList reading={reading} />}
      <Questions reading={reading} onChange={onChange} />
      <Preview
        inspection={inspection}
        mapping={mapping}
        isSettled={openQuestions(reading).length === 0}
        onColumns={(columns) => set({ columns })}
      />
      <div className="grid grid-cols-2 gap-x-3 gap-y-2 sm:grid-cols-[1.3fr_1.3fr_1fr_1fr_1fr]">
        <Field name="Time format">
          <select
            value={mapping.timeFormat}
            onChange={(event) => set({ timeFormat: timeFormat.parse(event.target.value) })}
            className={FIELD}
          >
            {timeFormat.options.map((format) => (
              <option key={format} value={format}>
                {NOTATIONS[format].name}
              </option>
            ))}
          </select>
        </Field>
        <Field name="Time zone">
          <select
            value={mapping.timeZone}
            onChange={(event) => set({ timeZone: event.target.value })}
            className={FIELD}
          >
            {ZONES.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </Field>
        <Field name="Delimiter">
          <select
            value={mapping.delimiter}
            onChange={(event) => set({ delimiter: event.target.value as Mapping['delimiter'] })}
            className={FIELD}
          >
            {Object.entries(DELIMITERS).map(([delimiter, name]) => (
              <option key={delimiter} value={delimiter}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field name="Decimals">
          <select
            value={mapping.decimalComma ? 'comma' : 'point'}
            onChange={(event) => set({ decimalComma: event.target.value === 'comma' })}
            className={FIELD}
          >
            <option>point</option>
            <option>comma</option>
          </select>
        </Field>
        <Field name="First line of data">
          <input
            type="number"
            min={1}
            max={MAX_SKIPPED + 1}
            value={mapping.skipLines + 1}
            onChange={(event) => {
              const line = Math.round(event.target.valueAsNumber);
              if (line >= 1 && line <= MAX_SKIPPED + 1) set({ skipLines: line - 1 });
            }}
            className={FIELD}
          />
        </Field>
      </div>
      <Field name="A high or low that does not enclose open and close">
        <select
          value={choices.ohlcPolicy}
          onChange={(event) =>
            onChange({ ohlcPolicy: event.target.value as ImportChoices['ohlcPolicy'] })
          }
          className={FIELD}
        >
          <option value="keep">keep as it is, and list it</option>
          <option value="widen">widen high and low, and list it</option>
          <option value="clamp">move open and close to it, and list it</option>
          <option value="drop">leave the row out, and list it</option>
        </select>
      </Field>
      {mapping.columns.includes('symbol') && typeof mapping.instruments !== 'object' && (
        <Field name="Rows of another instrument than the first one">
          <select
            value={mapping.instruments ?? 'one'}
            onChange={(event) => set({ instruments: INSTRUMENTS[event.target.value] })}
            className={FIELD}
          >
            <option value="one">stop the import, and say where it is</option>
            <option value="each">make a chart of each instrument</option>
            <option value="all">take all as one, under several names</option>
          </select>
        </Field>
      )}
      {inspection.candles.some(isFlat) && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={choices.dropFlatBars}
            onChange={(event) => onChange({ dropFlatBars: event.target.checked })}
          />
          Leave out flat bars of volume 0: hours without a trade
        </label>
      )}
    </>
  );
}

const INSTRUMENTS: Record<string, Mapping['instruments']> = { each: 'each', all: 'all' };

const isFlat = (candle: Inspection['candles'][number]) =>
  !('error' in candle) && candle.high === candle.low && candle.volume === 0;

const ZONES = ['UTC', ...zoneList().filter((zone) => zone !== 'UTC')];

const readAs = (candle: Exclude<Inspection['candles'][number], { error: string }>) => {
  const { time, open, high, low, close, volume } = candle;
  const numbers = [open, high, low, close].join(' · ');
  return `${formatTime(time, null)}  ${numbers}${volume === null ? '' : `  vol ${volume}`}`;
};

/** In sight however many columns the file has. */
const READ_AS = 'sticky right-0 border-line border-l px-2';

function Preview(props: {
  inspection: Inspection;
  mapping: Mapping;
  /** Before everything is answered, what the rows are read as would be a guess. */
  isSettled: boolean;
  onColumns: (columns: Mapping['columns']) => void;
}) {
  const { inspection, mapping, isSettled, onColumns } = props;
  return (
    <div className="scroll-pr-80 overflow-x-auto rounded-md border border-line">
      <table aria-label="First rows" className="w-full whitespace-nowrap text-xs">
        <thead className="bg-raised">
          <tr>
            {mapping.columns.map((role, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place in the file
              <th key={index} className="px-2 py-1.5 text-left font-normal">
                <span className="block text-faint">
                  {inspection.header?.[index] || `column ${index + 1}`}
                </span>
                <select
                  aria-label={`Column ${index + 1}`}
                  value={role}
                  onChange={(event) =>
                    onColumns(mapping.columns.with(index, columnRole.parse(event.target.value)))
                  }
                  className="rounded border border-line bg-panel px-1"
                >
                  {columnRole.options.map((option) => (
                    <option key={option}>{option}</option>
                  ))}
                </select>
              </th>
            ))}
            {isSettled && (
              <th className={`bg-raised py-1.5 text-left font-normal text-faint ${READ_AS}`}>
                read as (UTC; open · high · low · close)
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {inspection.rows.map((cells, row) => {
            const candle = inspection.candles[row];
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of lines
              <tr key={row} className="border-line border-t">
                {mapping.columns.map((_, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place in the file
                  <td key={column} className="max-w-44 truncate px-2 py-1 tabular-nums">
                    {cells[column]}
                  </td>
                ))}
                {isSettled && (
                  <td className={`bg-panel py-1 tabular-nums ${READ_AS}`}>
                    {candle && 'error' in candle ? (
                      <span className="text-down">{candle.error}</span>
                    ) : (
                      candle && readAs(candle)
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
