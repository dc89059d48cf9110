import { geometry, type Json, list, numberInList, numberInObject, object } from './json';
import { type Action, type Context, dropValue, keep, type Of, type Rule, reject } from './outcome';
import { time, writtenTime } from './times';
import {
  chart,
  color,
  exact,
  fallback,
  filledText,
  finite,
  flag,
  id,
  numberAsText,
  place,
  text,
  textOrNull,
  withoutChart,
  writtenChart,
  writtenFlag,
  writtenNumber,
  writtenPlace,
} from './values';

/*
 * What becomes of every cell: for each column of the old tables, what is done with each type of
 * value that SQLite may hold in it. `broken` is text that is not UTF-8 or has a NUL in it.
 *
 * reject: the row goes to migration_rejects. keep: this value instead. dropValue: the same, and the
 * original is written down. fallback: what the action would reject becomes this value, and the
 * original is written down.
 */

const BINARY = { broken: reject('its text is broken'), blob: reject('it is a blob') };
const MISSING = { absent: reject('the column is missing'), null: reject('it is NULL') };

/** A row is nothing without it. */
const CHART: Rule<number> = {
  absent: withoutChart,
  null: withoutChart,
  integer: chart,
  real: chart,
  text: writtenChart,
  ...BINARY,
};
const TIME: Rule<number> = { ...MISSING, integer: time, real: time, text: writtenTime, ...BINARY };
const PRICE: Rule<number> = {
  ...MISSING,
  integer: exact,
  real: finite,
  text: writtenNumber,
  ...BINARY,
};
const NAME: Rule<string> = {
  ...MISSING,
  integer: numberAsText,
  real: numberAsText,
  text: filledText,
  ...BINARY,
};

/** Null: a new id, as the row's own cannot be kept. Without the column it is the row id. */
const NEW = keep(null, 'unusable id replaced');
const ID: Rule<number | null> = {
  absent: keep(null),
  null: NEW,
  integer: id,
  real: NEW,
  text: NEW,
  broken: NEW,
  blob: NEW,
};

const UNREADABLE = 'unreadable value left out';
const VOLUME: Rule<number | null> = {
  absent: keep(null),
  null: keep(null),
  integer: fallback(exact, null, UNREADABLE),
  real: fallback(finite, null, UNREADABLE),
  text: fallback(writtenNumber, null, UNREADABLE),
  broken: dropValue(null, UNREADABLE),
  blob: dropValue(null, UNREADABLE),
};

const UNKNOWN_TIME = 'unknown time made that of the migration';
const startOf = ({ startedAt }: Context) => startedAt;
const atStart: Action<number> = (_cell, context) => ({
  value: startOf(context),
  note: UNKNOWN_TIME,
});
const CREATED: Rule<number> = {
  absent: atStart,
  null: atStart,
  integer: fallback(time, startOf, UNKNOWN_TIME),
  real: fallback(time, startOf, UNKNOWN_TIME),
  text: fallback(writtenTime, startOf, UNKNOWN_TIME),
  broken: fallback(reject(''), startOf, UNKNOWN_TIME),
  blob: fallback(reject(''), startOf, UNKNOWN_TIME),
};

/** Null: the colour of its type. */
const COLOR: Rule<string | null> = {
  absent: keep(null),
  null: keep(null),
  integer: dropValue(null, UNREADABLE),
  real: dropValue(null, UNREADABLE),
  text: fallback(color, null, UNREADABLE),
  broken: dropValue(null, UNREADABLE),
  blob: dropValue(null, UNREADABLE),
};

const OPTIONAL_TEXT: Rule<string | null> = {
  absent: keep(null),
  null: keep(null),
  integer: numberAsText,
  real: numberAsText,
  text: textOrNull,
  ...BINARY,
};

const ACTIVE: Rule<boolean> = {
  absent: keep(true),
  null: keep(true),
  integer: flag,
  real: flag,
  text: fallback(writtenFlag, true, UNREADABLE),
  broken: dropValue(true, UNREADABLE),
  blob: dropValue(true, UNREADABLE),
};
/** Null: after the others. */
const PLACE: Rule<number | null> = {
  absent: keep(null),
  null: keep(null),
  integer: fallback(place, null, UNREADABLE),
  real: fallback(place, null, UNREADABLE),
  text: fallback(writtenPlace, null, UNREADABLE),
  broken: dropValue(null, UNREADABLE),
  blob: dropValue(null, UNREADABLE),
};

const jsonRule = (
  number: Action<Json | null, Of<'integer' | 'real'>>,
  text: Action<Json | null, Of<'text'>>,
) => ({
  absent: keep(null),
  null: keep(null),
  integer: number,
  real: number,
  text,
  ...BINARY,
});

/** The old number, text or NULL as it is: its scale depends on the source, see spans.ts. */
const CONFIDENCE: Rule<number | string | null> = {
  absent: keep(null),
  null: keep(null),
  integer: (cell) => ({ value: Number(cell.value) }),
  real: (cell) => ({ value: cell.value }),
  text: (cell, context, column) => {
    const outcome = writtenNumber(cell, context, column);
    if (!('reject' in outcome)) return outcome;
    return cell.value.trim()
      ? { value: cell.value }
      : { value: null, note: 'empty text read as NULL' };
  },
  ...BINARY,
};

const HUMAN = keep('human', 'no source: a person');
const SOURCE: Rule<string> = {
  absent: keep('human'),
  null: HUMAN,
  integer: numberAsText,
  real: numberAsText,
  text: (cell, context, column) =>
    cell.value.trim() ? text(cell, context, column) : HUMAN(cell, context, column),
  ...BINARY,
};

export const CONVERSION_RULES = {
  charts: {
    id: ID,
    /** Null: called by its id. A chart is never refused, for the sake of what is on it. */
    name: {
      absent: keep(null),
      null: keep(null),
      integer: numberAsText,
      real: numberAsText,
      text: fallback(filledText, null, UNREADABLE),
      broken: dropValue(null, UNREADABLE),
      blob: dropValue(null, UNREADABLE),
    } as Rule<string | null>,
    created_at: CREATED,
  },
  candles: {
    chart_id: CHART,
    time: TIME,
    open: PRICE,
    high: PRICE,
    low: PRICE,
    close: PRICE,
    volume: VOLUME,
  },
  annotation_types: {
    id: ID,
    name: NAME,
    display_name: OPTIONAL_TEXT,
    color: COLOR,
    category: OPTIONAL_TEXT,
    icon: OPTIONAL_TEXT,
    is_active: ACTIVE,
    sort_order: PLACE,
    created_at: CREATED,
  },
  annotations: {
    id: ID,
    chart_id: CHART,
    timestamp: TIME,
    label_type: NAME,
    geometry: jsonRule(reject('it is a number'), geometry) as Rule<Json | null>,
    color: COLOR,
    created_at: CREATED,
  },
  span_label_types: {
    id: ID,
    name: NAME,
    display_name: OPTIONAL_TEXT,
    color: COLOR,
    hotkey: OPTIONAL_TEXT,
    is_active: ACTIVE,
    sort_order: PLACE,
    created_at: CREATED,
  },
  span_annotations: {
    id: ID,
    chart_id: CHART,
    start_time: TIME,
    end_time: TIME,
    label: NAME,
    confidence: CONFIDENCE,
    outcome: OPTIONAL_TEXT,
    notes: OPTIONAL_TEXT,
    sub_spans: jsonRule(numberInList, list) as Rule<Json | null>,
    color: COLOR,
    created_at: CREATED,
    source: SOURCE,
    model_prediction: jsonRule(numberInObject, object) as Rule<Json | null>,
  },
};

/** The values of a row, by column, once every cell has been converted. */
export type Values<T extends keyof typeof CONVERSION_RULES> = {
  [C in keyof (typeof CONVERSION_RULES)[T]]: (typeof CONVERSION_RULES)[T][C] extends Rule<infer V>
    ? V
    : never;
};
