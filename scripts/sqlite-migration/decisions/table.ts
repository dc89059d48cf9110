import { geometry, type Json, list, numberInList, numberInObject, object } from './json';
import { type Action, type Context, leaveOut, type Of, type Rule, refuse, take } from './outcome';
import { time, writtenTime } from './times';
import {
  chart,
  color,
  exact,
  filledText,
  finite,
  flag,
  id,
  numberAsText,
  orElse,
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
 * refuse: the row goes to migration_rejects. take: this value instead. leaveOut: the same, and the
 * original is written down. orElse: what the action
 * would refuse becomes this value, and the original is written down.
 */

const BINARY = { broken: refuse('its text is broken'), blob: refuse('it is a blob') };
const MISSING = { absent: refuse('the column is missing'), null: refuse('it is NULL') };

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
const NEW = take(null, 'unusable id replaced');
const ID: Rule<number | null> = {
  absent: take(null),
  null: NEW,
  integer: id,
  real: NEW,
  text: NEW,
  broken: NEW,
  blob: NEW,
};

const UNREADABLE = 'unreadable value left out';
const VOLUME: Rule<number | null> = {
  absent: take(null),
  null: take(null),
  integer: orElse(exact, null, UNREADABLE),
  real: orElse(finite, null, UNREADABLE),
  text: orElse(writtenNumber, null, UNREADABLE),
  broken: leaveOut(null, UNREADABLE),
  blob: leaveOut(null, UNREADABLE),
};

const UNKNOWN_TIME = 'unknown time made that of the move';
const startOf = ({ startedAt }: Context) => startedAt;
const atStart: Action<number> = (_cell, context) => ({
  value: startOf(context),
  note: UNKNOWN_TIME,
});
const CREATED: Rule<number> = {
  absent: atStart,
  null: atStart,
  integer: orElse(time, startOf, UNKNOWN_TIME),
  real: orElse(time, startOf, UNKNOWN_TIME),
  text: orElse(writtenTime, startOf, UNKNOWN_TIME),
  broken: orElse(refuse(''), startOf, UNKNOWN_TIME),
  blob: orElse(refuse(''), startOf, UNKNOWN_TIME),
};

/** Null: the colour of its type. */
const COLOR: Rule<string | null> = {
  absent: take(null),
  null: take(null),
  integer: leaveOut(null, UNREADABLE),
  real: leaveOut(null, UNREADABLE),
  text: orElse(color, null, UNREADABLE),
  broken: leaveOut(null, UNREADABLE),
  blob: leaveOut(null, UNREADABLE),
};

const OPTIONAL_TEXT: Rule<string | null> = {
  absent: take(null),
  null: take(null),
  integer: numberAsText,
  real: numberAsText,
  text: textOrNull,
  ...BINARY,
};

const ACTIVE: Rule<boolean> = {
  absent: take(true),
  null: take(true),
  integer: flag,
  real: flag,
  text: orElse(writtenFlag, true, UNREADABLE),
  broken: leaveOut(true, UNREADABLE),
  blob: leaveOut(true, UNREADABLE),
};
/** Null: after the others. */
const PLACE: Rule<number | null> = {
  absent: take(null),
  null: take(null),
  integer: orElse(place, null, UNREADABLE),
  real: orElse(place, null, UNREADABLE),
  text: orElse(writtenPlace, null, UNREADABLE),
  broken: leaveOut(null, UNREADABLE),
  blob: leaveOut(null, UNREADABLE),
};

const jsonRule = (
  number: Action<Json | null, Of<'integer' | 'real'>>,
  text: Action<Json | null, Of<'text'>>,
) => ({
  absent: take(null),
  null: take(null),
  integer: number,
  real: number,
  text,
  ...BINARY,
});

/** The old number, text or NULL as it is: its scale depends on the source, see spans.ts. */
const CONFIDENCE: Rule<number | string | null> = {
  absent: take(null),
  null: take(null),
  integer: (cell) => ({ value: Number(cell.value) }),
  real: (cell) => ({ value: cell.value }),
  text: (cell, context, column) => {
    const outcome = writtenNumber(cell, context, column);
    if (!('refuse' in outcome)) return outcome;
    return cell.value.trim()
      ? { value: cell.value }
      : { value: null, note: 'empty text read as NULL' };
  },
  ...BINARY,
};

const HUMAN = take('human', 'no source: a person');
const SOURCE: Rule<string> = {
  absent: take('human'),
  null: HUMAN,
  integer: numberAsText,
  real: numberAsText,
  text: (cell, context, column) =>
    cell.value.trim() ? text(cell, context, column) : HUMAN(cell, context, column),
  ...BINARY,
};

export const DECISIONS = {
  charts: {
    id: ID,
    /** Null: called by its id. A chart is never refused, for the sake of what is on it. */
    name: {
      absent: take(null),
      null: take(null),
      integer: numberAsText,
      real: numberAsText,
      text: orElse(filledText, null, UNREADABLE),
      broken: leaveOut(null, UNREADABLE),
      blob: leaveOut(null, UNREADABLE),
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
    geometry: jsonRule(refuse('it is a number'), geometry) as Rule<Json | null>,
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

/** The values of a row, by column, once every cell has been decided. */
export type Values<T extends keyof typeof DECISIONS> = {
  [C in keyof (typeof DECISIONS)[T]]: (typeof DECISIONS)[T][C] extends Rule<infer V> ? V : never;
};
