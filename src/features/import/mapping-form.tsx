'use client';

import { formatTime } from '@/components/format';
import { Notice } from '@/components/notice';
import {
  type ColumnRole,
  columnRole,
  type Inspection,
  type Mapping,
  timeFormat,
} from '@/contract/candles';
import type { ImportChoices } from './use-import';

const TIME_FORMATS: Record<(typeof timeFormat.options)[number], string> = {
  'unix-s': 'Unix seconds',
  'unix-ms': 'Unix milliseconds',
  'unix-us': 'Unix microseconds',
  iso: 'ISO 8601',
  yyyymmdd: 'YYYYMMDD',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  ymd: 'year, month, day',
  'd-mon-y': '3-Jan-22',
};
const DELIMITERS: Record<Mapping['delimiter'], string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
};

/** `eurusd-1h.csv.gz` → `eurusd-1h` */
export const nameFrom = (fileName: string) =>
  fileName
    .replace(/\.(gz|zip)$/i, '')
    .replace(/\.(csv|txt|tsv)$/i, '')
    .slice(0, 200) || fileName;

/** Roles that a candle can't do without and that no column has. */
export function missingRoles({ columns }: Mapping): string[] {
  const needed: ColumnRole[] = ['open', 'high', 'low', 'close'];
  const missing: string[] = needed.filter((role) => !columns.includes(role));
  return columns.includes('time') || columns.includes('date') ? missing : ['time', ...missing];
}

/** What was recognised, to be looked at and changed before anything is stored. */
export function MappingForm(props: {
  source: { fileName: string };
  inspection: Inspection;
  error: string | null;
  choices: ImportChoices;
  answered: string[];
  onAnswer: (field: string) => void;
  onChange: (choices: ImportChoices) => void;
  onMapping: (mapping: Mapping) => void;
}) {
  const { source, inspection, error, choices, answered, onAnswer, onChange, onMapping } = props;
  const { mapping } = choices;
  const set = (fields: Partial<Mapping>) => onMapping({ ...mapping, ...fields });
  const missing = missingRoles(mapping);
  return (
    <div className="flex flex-col gap-3">
      {error && <Notice tone="error">{error}</Notice>}
      {missing.length > 0 && (
        <Notice tone="error">
          No column is taken for {missing.join(', ')}. Choose it in the table below, or take another
          file.
        </Notice>
      )}
      <p className="text-muted">
        <span className="text-text">{source.fileName}</span>{' '}
        {inspection.format === 'Unknown' ? 'was not recognised' : `looks like ${inspection.format}`}
        .
      </p>
      {inspection.questions.map((question) => (
        <Notice key={question.field} tone="warning">
          {question.text}
          <select
            aria-label={question.text}
            className="mt-1 block h-7 rounded-md border border-line bg-raised px-1.5"
            value={answered.includes(question.field) ? mapping[question.field] : ''}
            onChange={(event) => {
              onAnswer(question.field);
              set({ [question.field]: event.target.value } as Partial<Mapping>);
            }}
          >
            <option value="" disabled>
              Choose
            </option>
            {question.options.map((option) => (
              <option key={option} value={option}>
                {TIME_FORMATS[option as keyof typeof TIME_FORMATS] ?? option}
              </option>
            ))}
          </select>
        </Notice>
      ))}
      <div className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4">
        <Field name="Chart name" wide>
          <input
            aria-label="Chart name"
            value={choices.chartName}
            maxLength={200}
            onChange={(event) => onChange({ ...choices, chartName: event.target.value })}
            className={FIELD}
          />
        </Field>
        <Field name="Time format">
          <select
            aria-label="Time format"
            value={mapping.timeFormat}
            onChange={(event) => set({ timeFormat: timeFormat.parse(event.target.value) })}
            className={FIELD}
          >
            {timeFormat.options.map((format) => (
              <option key={format} value={format}>
                {TIME_FORMATS[format]}
              </option>
            ))}
          </select>
        </Field>
        <Field name="Time zone">
          <select
            aria-label="Time zone"
            value={mapping.timeZone}
            onChange={(event) => set({ timeZone: event.target.value })}
            className={FIELD}
          >
            {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </Field>
      </div>
      <Preview
        inspection={inspection}
        mapping={mapping}
        onColumns={(columns) => set({ columns })}
      />
      <p className="text-faint text-xs">
        Delimiter: {DELIMITERS[mapping.delimiter]}. Decimals:{' '}
        {mapping.decimalComma ? 'comma' : 'point'}.{' '}
        {mapping.skipLines === 0 ? 'No header.' : `Data starts at line ${mapping.skipLines + 1}.`}
      </p>
      <Field name="A high or low that does not enclose open and close">
        <select
          aria-label="A high or low that does not enclose open and close"
          value={choices.enclose}
          onChange={(event) =>
            onChange({ ...choices, enclose: event.target.value as ImportChoices['enclose'] })
          }
          className={FIELD}
        >
          <option value="keep">keep as it is, and list it</option>
          <option value="widen">widen high and low</option>
          <option value="drop">leave the row out</option>
        </select>
      </Field>
    </div>
  );
}

const FIELD = 'h-7 w-full min-w-0 rounded-md border border-line bg-raised px-2';

function Field(props: { name: string; wide?: boolean; children: React.ReactNode }) {
  return (
    <div className={props.wide ? 'sm:col-span-2' : ''}>
      <span className="mb-1 block text-muted text-xs">{props.name}</span>
      {props.children}
    </div>
  );
}

function Preview(props: {
  inspection: Inspection;
  mapping: Mapping;
  onColumns: (columns: Mapping['columns']) => void;
}) {
  const { inspection, mapping, onColumns } = props;
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full whitespace-nowrap text-xs">
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
            <th className="px-2 py-1.5 text-left font-normal text-faint">read as (UTC)</th>
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
                <td className="px-2 py-1 tabular-nums">
                  {candle && 'error' in candle ? (
                    <span className="text-down">{candle.error}</span>
                  ) : (
                    candle && formatTime(candle.time, null)
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
