import * as z from 'zod';
import { clockOf } from './clock';
import type { Price, UtcSeconds } from './units';

/** Unix seconds in UTC, possibly fractional; the years 1 to 9999. */
export const utcSeconds: z.ZodType<UtcSeconds, UtcSeconds> = z
  .number()
  .min(-62_135_596_800)
  .max(253_402_300_799);
/** One that comes back. */
export const storedTime: z.ZodType<UtcSeconds, UtcSeconds> = z.number();
export const price: z.ZodType<Price, Price> = z.number();
export const chartId = z.int().min(1).max(2_147_483_647);
/** In lower case, the one form that comes back. */
export const uid = z.uuid().toLowerCase();
/** A row's rev as its writer saw it. */
export const rev = z.int().min(0);
/**
 * Says of a creation that its answer was lost and it is sent again: the newest rev of the row that its
 * writer knew at first, that of a deletion which it takes back or 0. One that was deleted after that is
 * done, and not done again: CONFLICT.
 */
export const resentRev = rev.optional();
/** CSS hex colour, the only form stored. */
export const color = z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour like #5b9dff');
/** Text that PostgreSQL can hold: it has no NUL. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
/** JSON that PostgreSQL can hold: what `text` refuses stands in no key and no string of it. */
const json = z.json().refine((value) => {
  let holds = true;
  JSON.stringify(value, (key, part) => {
    for (const string of [key, part]) {
      if (typeof string !== 'string') continue;
      holds &&= !string.includes('\0') && string.isWellFormed();
    }
    return part;
  });
  return holds;
}, 'must not contain a NUL character or broken Unicode');
/** A JSON object of at most `max` characters when written out. */
export const jsonObject = (max: number) =>
  z
    .record(text(100), json)
    .refine(
      (value) => JSON.stringify(value).length <= max,
      `must be under ${max} characters of JSON`,
    )
    .meta({ maxLength: max });
export const name = (max: number) =>
  text(max)
    .trim()
    .refine((value) => value.length > 0, 'must not be empty');

/** The IANA name of a time zone. */
export const zoneName = name(64).refine((zone) => {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}, 'is not the name of a time zone, such as America/New_York');

/** What a write may touch at once. */
export const MAX_DIFF = 5_000;

/** A time window; both ends belong to it. */
export const windowFields = { from: utcSeconds, to: utcSeconds };
export const inOrder = (value: { from: UtcSeconds; to: UtcSeconds }) => value.from <= value.to;
export const inOrderMessage = 'from must not be after to';
/** Every time there can be, as a window. */
export const ALL_TIME: { from: UtcSeconds; to: UtcSeconds } = {
  from: -62_135_596_800,
  to: 253_402_300_799,
};
/** A window that is all time unless it is given. */
export const openWindowFields = {
  from: utcSeconds.default(ALL_TIME.from),
  to: utcSeconds.default(ALL_TIME.to),
};

/**
 * Of a span or an annotation that is stale: when an import last changed, added or filled in candles in its
 * range. Null once a person has said that it is still right, or has changed it.
 */
export const candlesChangedAt = {
  title: 'Candles changed',
  kind: 'time',
  // A change that says nothing of it is one of somebody who has looked.
  input: utcSeconds.nullable().default(null),
  stored: storedTime.nullable(),
  unset: null,
} as const;

/** What the server gives every annotation and span, beside the fields that a person decides. */
export const storedFields = {
  id: z.int(),
  uid: z.uuid(),
  chartId,
  rev,
  /** Unix seconds, and the users' ids; null in data of an earlier release. */
  createdAt: storedTime,
  createdBy: z.string().nullable(),
  updatedAt: storedTime,
  updatedBy: z.string().nullable(),
};

/** Names to choose from; a row need have only one of them. */
export const nameList = (max: number) => z.array(name(max)).min(1).max(200);
/** What a list gives at once. */
export const MAX_ROWS = 20_000;
export const rowLimit = z.int().min(1).max(MAX_ROWS).default(MAX_ROWS);

/** Of questions that the model service is asked by NOTIFY: of several that wait, only an asker's newest gets an answer. */
export const asker = z.uuid();
/** Where the answer to such a question goes. */
export const topic = z.string().regex(/^answer:[0-9a-f-]{36}$/);
