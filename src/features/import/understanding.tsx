import { formatCount } from '@/components/format';
import { NOTATIONS } from '@/contract/time-notations';
import { type ColumnRole, type Inspection, LEFT_OUT, type Mapping } from '@/contract/uploads';
import { openQuestions } from './questions';
import type { Reading } from './use-import';

const ROLES: [role: ColumnRole, name: string][] = [
  ['time', 'Time'],
  ['date', 'Date'],
  ['time-of-day', 'Time of day'],
  ['open', 'Open'],
  ['high', 'High'],
  ['low', 'Low'],
  ['close', 'Close'],
  ['volume', 'Volume'],
  ['symbol', 'Instrument'],
  ['complete', 'Complete'],
];

/** How the file is read, with its own names of the columns. */
export function Understanding({ reading }: { reading: Reading }) {
  const { upload, inspection, choices } = reading;
  const { mapping } = choices;
  const isTimeOpen = openQuestions(reading).some(({ field }) => field === 'timeFormat');
  const roles = ROLES.filter(([role]) => mapping.columns.includes(role));
  return (
    <>
      <p className="break-words text-muted">
        <span className="text-text">{upload.fileName}</span>:{' '}
        {inspection.format === 'Unknown' ? 'not recognised' : inspection.format}.{' '}
        {isTimeOpen
          ? 'How its times are to be read is asked below'
          : `Times are read as ${NOTATIONS[mapping.timeFormat].name}${zoneOf(mapping)}`}
        . Its columns:
      </p>
      <dl className="flex flex-wrap gap-x-4 gap-y-1" aria-label="Columns that are taken">
        {roles.map(([role, name]) => (
          <div key={role} className="flex gap-1.5">
            <dt className="text-muted">{name}</dt>
            <dd>{columnName(mapping, inspection, role)}</dd>
          </div>
        ))}
      </dl>
      {inspection.symbol && (
        <p className="text-muted">
          Its instrument: <span className="text-text">{inspection.symbol}</span>
        </p>
      )}
      <LeftOutLines leftOut={inspection.leftOut} isWhole={inspection.isWhole} />
      {inspection.notes.map((note) => (
        <p key={note} className="break-words text-muted">
          {note}
        </p>
      ))}
    </>
  );
}

/** A count of seconds is the same everywhere; what a clock shows is read by the cell's own zone, or else by the one chosen. */
const zoneOf = ({ timeFormat, timeZone }: Mapping) =>
  timeFormat.startsWith('unix') ? '' : `, in ${timeZone} where they name no zone`;

/** Lines that are no rows, counted by sort. */
export function LeftOutLines(props: Pick<Inspection, 'leftOut' | 'isWhole'>) {
  const { leftOut, isWhole } = props;
  if (leftOut.length === 0) return null;
  const counts = leftOut.map(({ sort, lines }) => `${LEFT_OUT[sort]} (${formatCount(lines)})`);
  return (
    <p className="text-muted">
      Lines left out{isWhole ? '' : ', of the first ones'}: {counts.join('; ')}.
    </p>
  );
}

function columnName({ columns }: Mapping, { header }: Inspection, role: ColumnRole): string {
  const index = columns.indexOf(role);
  const name = header?.[index]?.trim();
  return name ? `“${name}”` : `column ${index + 1}`;
}
