import type { Action, Of, Outcome } from './outcome';
import { shown } from './values';

/** JSON as PostgreSQL will be given it: the old text itself, unless something had to change. */
export type Json = { text: string; value: unknown };

const DEEPEST = 200;
/** Beyond them PostgreSQL's numeric gives up. */
const HUGE_NUMBER = /\de[+-]?\d{4}|\d{1000}/i;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const NUMBERS = ['startTime', 'startPrice', 'endTime', 'endPrice'];
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;

/** `{startTime, startPrice, endTime, endPrice}`; whatever else stands in it stays. */
export const geometry: Action<Json | null, Of<'text'>> = ({ value }) => {
  if (value.trim() === '') return { value: null, note: 'empty text read as NULL' };
  const parsed = parse(value);
  if (typeof parsed === 'string') return { reject: parsed };
  if (parsed.value === null) return { value: null, note: 'JSON null read as NULL' };
  if (typeof parsed.value !== 'object' || Array.isArray(parsed.value)) {
    return { reject: `the JSON ${shown(value)} is not an object` };
  }
  return corners(parsed as Json & { value: Record<string, unknown> });
};

function corners(json: Json & { value: Record<string, unknown> }): Outcome<Json> {
  const changed: Record<string, unknown> = { ...json.value };
  let note: string | undefined;
  for (const key of NUMBERS) {
    const written = changed[key];
    const number = typeof written === 'string' && written.trim() ? Number(written) : written;
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      return { reject: `its ${key} is ${written === undefined ? 'missing' : shown(written)}` };
    }
    if (number !== written) note = 'text in a geometry read as a number';
    changed[key] = number;
    if (!key.endsWith('Time')) continue;
    if (Math.abs(number) >= 1e11) {
      changed[key] = number / 1000;
      note = 'milliseconds in a geometry made seconds';
    }
    const seconds = changed[key] as number;
    if (!(seconds >= FIRST && seconds <= LAST)) {
      return { reject: `its ${key} is outside the years 1 to 9999` };
    }
  }
  return note
    ? { value: { text: JSON.stringify(changed), value: changed }, note }
    : { value: json };
}

/** A list; what is none becomes the only entry of one. */
export const list: Action<Json | null, Of<'text'>> = ({ value }) =>
  orWrapped(value, Array.isArray, (inner) => [inner]);

/** An object; what is none is kept under `_raw`. */
export const object: Action<Json | null, Of<'text'>> = ({ value }) =>
  orWrapped(value, isObject, (inner) => inner as Record<string, unknown>);

/** The cell is a number, which is JSON as well, though neither a list nor an object. */
export const numberInList: Action<Json | null, Of<'integer' | 'real'>> = ({ value }) =>
  wrapped([{ _raw: String(value) }]);
export const numberInObject: Action<Json | null, Of<'integer' | 'real'>> = ({ value }) =>
  wrapped({ _raw: String(value) });

export const toJson = (value: unknown): Json => ({ text: JSON.stringify(value), value });

function orWrapped(
  text: string,
  fits: (value: unknown) => boolean,
  wrap: (inner: Record<string, unknown>) => unknown,
): Outcome<Json | null> {
  if (text.trim() === '') return { value: null, note: 'empty text read as NULL' };
  const parsed = parse(text);
  if (typeof parsed === 'string') return wrapped(wrap({ _raw: text }));
  if (parsed.value === null) return { value: null, note: 'JSON null read as NULL' };
  if (fits(parsed.value)) return { value: parsed };
  return wrapped(wrap(isObject(parsed.value) ? parsed.value : { _raw: text }));
}

const wrapped = (value: unknown): Outcome<Json> => ({
  value: toJson(value),
  note: 'JSON of another form wrapped',
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON, or why PostgreSQL would not take it. */
function parse(text: string): Json | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is broken JSON';
  }
  const isHuge = HUGE_NUMBER.test(text) && HUGE_NUMBER.test(text.replace(STRINGS, '""'));
  const why = isHuge ? 'it has a number too large' : unstorable(text, value);
  return why ?? { text, value };
}

function unstorable(text: string, value: unknown): string | undefined {
  // Without escapes no character is odd, and nothing so short is nested too deeply.
  const isSurelyFine = text.length < 2 * DEEPEST && !text.includes('\\');
  return isSurelyFine ? undefined : oddityIn(value, 0);
}

function oddityIn(value: unknown, depth: number): string | undefined {
  if (depth > DEEPEST) return 'it is nested too deeply';
  if (typeof value === 'string')
    return holdable(value) ? undefined : 'it has a NUL or half a character';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const why = oddityIn(key, depth + 1) ?? oddityIn(inner, depth + 1);
    if (why) return why;
  }
  return undefined;
}

const holdable = (text: string) => !text.includes('\0') && text.isWellFormed();
