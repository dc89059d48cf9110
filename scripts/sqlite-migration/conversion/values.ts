import type { Action, Context, Of, Outcome } from './outcome';

const SAFE = Number.MAX_SAFE_INTEGER;
/** Ids above it are not kept, so that the sequences behind them have room for new ones. */
export const HIGHEST_ID = 2_000_000_000;
/** Likewise for places in a list. */
const LAST_PLACE = HIGHEST_ID;

/** A whole number that a double holds, as it is. */
export const exact: Action<number, Of<'integer'>> = ({ value }) =>
  Number.isSafeInteger(Number(value)) || BigInt(Number(value)) === BigInt(value)
    ? { value: Number(value) }
    : { reject: `${value} has more digits than a double holds` };

export const finite: Action<number, Of<'real'>> = ({ value }) =>
  Number.isFinite(value) ? { value } : { reject: `${value} is not a finite number` };

/** The number that a text writes; anything else is told apart from an empty one. */
export const writtenNumber: Action<number, Of<'text'>> = ({ value }) => {
  const text = value.trim();
  if (text === '') return { reject: 'it is empty' };
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number)
    ? { value: number, note: 'text read as a number' }
    : { reject: `the text ${shown(value)} is not a number` };
};

/** As `action`, with what it refuses made `instead`, noted and written down. */
export function fallback<T, V, C extends Of<'integer' | 'real' | 'text' | 'broken' | 'blob'>>(
  action: Action<T, C>,
  instead: V | ((context: Context) => V),
  note: string,
): Action<T | V, C> {
  return (cell, context, column) => {
    const outcome = action(cell, context, column);
    if (!('reject' in outcome)) return outcome;
    const value = instead instanceof Function ? instead(context) : instead;
    const isEmpty = cell.kind === 'text' && cell.value.trim() === '';
    return isEmpty ? { value, note: 'empty text read as NULL' } : { value, note, lossy: true };
  };
}

export const text: Action<string, Of<'text'>> = ({ value }) => ({ value });

export const numberAsText: Action<string, Of<'integer' | 'real'>> = ({ value }) => ({
  value: String(value),
  note: 'number read as text',
});

/** A text that says something. */
export const filledText: Action<string, Of<'text'>> = ({ value }) =>
  value.trim() === '' ? { reject: 'it is empty' } : { value };

export const textOrNull: Action<string | null, Of<'text'>> = ({ value }) =>
  value === '' ? { value: null, note: 'empty text read as NULL' } : { value };

export const flag: Action<boolean, Of<'integer' | 'real'>> = ({ value }) => ({
  value: Number(value) !== 0,
});

export const writtenFlag: Action<boolean, Of<'text'>> = ({ value }) => {
  const word = value.trim().toLowerCase();
  const note = 'text read as yes or no';
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return { value: true, note };
  if (['false', 'f', 'no', 'n', 'off', '0'].includes(word)) return { value: false, note };
  return { reject: `the text ${shown(value)} is neither yes nor no` };
};

/** A place in a list. */
export const place: Action<number, Of<'integer' | 'real'>> = ({ value }) => {
  const number = Math.trunc(Number(value)) || 0;
  return Math.abs(number) <= LAST_PLACE ? { value: number } : { reject: `${value} is too large` };
};

export const writtenPlace: Action<number, Of<'text'>> = (cell, context, column) => {
  const number = writtenNumber(cell, context, column);
  if ('reject' in number) return number;
  const placed = place({ kind: 'real', value: number.value }, context, column);
  return 'reject' in placed ? placed : { ...placed, note: 'text read as a number' };
};

/** An id to keep, or null for one that cannot be. */
export const id: Action<number | null, Of<'integer'>> = ({ value }) => {
  const number = Number(value);
  return number >= 1 && number <= HIGHEST_ID
    ? { value: number }
    : { value: null, note: 'id outside 1 to 2,000,000,000 replaced' };
};

/** The chart that a row names. */
export const chart: Action<number, Of<'integer' | 'real'>> = ({ value }, { charts }) => {
  const found = Math.abs(Number(value)) <= SAFE ? charts.get(Number(value)) : undefined;
  return found === undefined ? { reject: `there is no chart ${value}` } : { value: found };
};

export const writtenChart: Action<number, Of<'text'>> = (cell, context) => {
  if (cell.value.trim() === '') return noChart(context, 'empty text read as no chart');
  const number = writtenNumber(cell, context, '');
  if ('reject' in number) return { reject: `the text ${shown(cell.value)} names no chart` };
  const found = context.charts.get(number.value);
  return found === undefined
    ? { reject: `there is no chart ${number.value}` }
    : { value: found, note: 'text read as a number' };
};

export const withoutChart: Action<number, Of<'absent' | 'null'>> = (cell, context) =>
  noChart(context, cell.kind === 'null' ? 'no chart: put under Imported Data' : undefined);

function noChart({ importedData }: Context, note?: string): Outcome<number> {
  if (importedData === null) throw new Error('no chart was planned for rows that name none');
  return note ? { value: importedData, note } : { value: importedData };
}

const NAMED = new Map(
  Object.entries({
    ...{ black: '#000000', silver: '#c0c0c0', gray: '#808080', grey: '#808080', white: '#ffffff' },
    ...{
      maroon: '#800000',
      red: '#ff0000',
      purple: '#800080',
      fuchsia: '#ff00ff',
      green: '#008000',
    },
    ...{ lime: '#00ff00', olive: '#808000', yellow: '#ffff00', navy: '#000080', blue: '#0000ff' },
    ...{ teal: '#008080', aqua: '#00ffff', cyan: '#00ffff', orange: '#ffa500', pink: '#ffc0cb' },
  }),
);

/** CSS colours as #rrggbb, the only form that is stored. */
export const color: Action<string, Of<'text'>> = ({ value }) => {
  const written = value.trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(written)) return { value: value.trim() };
  const note = 'colour written as #rrggbb';
  if (/^#[0-9a-f]{3}$/.test(written)) return { value: written.replace(/[0-9a-f]/g, '$&$&'), note };
  const named = NAMED.get(written);
  if (named) return { value: named, note };
  const opaque = /^#([0-9a-f]{6})[0-9a-f]{2}$/.exec(written);
  if (opaque) return { value: `#${opaque[1]}`, note, lossy: true };
  const parts = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/][\d\s.%]+)?\)$/.exec(
    written,
  );
  const channels = parts?.slice(1, 4).map(Number);
  if (!channels || channels.some((channel) => channel > 255)) {
    return { reject: `${shown(value)} is not a colour` };
  }
  const hex = channels.map((channel) => channel.toString(16).padStart(2, '0')).join('');
  return { value: `#${hex}`, note, lossy: written.startsWith('rgba') };
};

/** A value as it stands in a sentence; no character is cut in two. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `“${value}”` : String(value);
  return text.length > 80 ? `${[...text.slice(0, 80)].slice(0, -2).join('')}…”` : text;
}
