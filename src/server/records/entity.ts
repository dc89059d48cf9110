import { type Column, type SQL, sql } from 'drizzle-orm';
import { type FieldList, keysOf, pickFields } from '@/contract/fields';
import type { LabelGroup } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import type { annotations, examinedRanges, spanAnnotations } from '@/lib/db/schema';
import { asText, columnNames, columnOf, recordColumns, wireColumns, wireRow } from '@/lib/db/wire';
import type { ChartScope } from '../scope';
import { type Diff, STORED_KEYS, type Stored } from './diff';

type RecordTable = typeof annotations | typeof spanAnnotations;
export type Window = { from: UtcSeconds; to: UtcSeconds };

/** Rows of a chart that the log keeps. */
export type LoggedRows = {
  name: string;
  table: RecordTable | typeof examinedRanges;
  /** A row as jsonb, as the log has it. */
  row: SQL;
  /** What lists go by, before the id. */
  orderKey: string;
  order: Column;
  /** What overlaps a window: of the chart's rows, and of those that the log has as `before`. */
  overlapping: (scope: ChartScope, window: Window) => SQL | undefined;
  loggedOverlapping: (window: Window) => SQL;
};

type Shared = Pick<LoggedRows, 'overlapping' | 'loggedOverlapping'> & {
  name: 'annotation' | 'span';
  /** Where no row may have the uid of one of these: the history tells rows by it. */
  other: RecordTable;
  /** Follows a restore that deleted rows, in its transaction; of the whole chart or one row alone. */
  afterDelete?: (
    tx: Tx,
    scope: ChartScope,
    deleted: { uids: string[]; rev: number; isAlone: boolean },
  ) => Promise<void>;
};

type Checks<Fields> = {
  /** Throws where the labels that exist do not allow what is about to be written. */
  check: (tx: Tx, changes: Change<Fields>[]) => Promise<void>;
  /** Throws where what has been written does not get along with other rows. */
  checkWritten?: (tx: Tx, changes: Change<Fields>[]) => Promise<void>;
  /**
   * What of a diff is to be written in place of it. Only where `labels` names one of its labels that is asked,
   * and what has been written checked.
   */
  fit?: {
    labels: (tx: Tx, labels: string[]) => Promise<Map<string, LabelGroup>>;
    diff: (
      tx: Tx,
      scope: ChartScope,
      diff: Diff<Fields>,
      rows: ReadonlyMap<string, Fields & Stored>,
      labels: ReadonlyMap<string, LabelGroup>,
    ) => Promise<Diff<Fields>>;
  };
};
/** A row as it was, or null, and as it is to be. */
export type Change<Fields> = { before: Fields | null; fields: Fields & { uid: string } };

type Definition<Fields> = Shared &
  Checks<Fields> & {
    /** It has a column for every field, which the compiler and, once more, the start see to. */
    table: RecordTable & Record<keyof Fields & string, Column>;
    fields: FieldList & Record<keyof Fields & string, unknown>;
    /** The field that holds the name of a label, and the one that lists go by, before the id. */
    labelKey: keyof Fields & string;
    orderKey: keyof Fields & string;
  };

/** The rows of an entity, whatever their fields are. */
export type EntityRows = Shared &
  LoggedRows & {
    table: RecordTable;
    label: Column;
    /** A row as the browser knows it, for a select list. */
    columns: SQL;
    /** The columns of the fields; as a diff has them, in `current`; and with their types. */
    names: SQL;
    given: SQL;
    record: SQL;
  };
/** A table whose rows belong to a chart and are written by diffs. */
export type Entity<Fields> = EntityRows &
  Checks<Fields> & {
    fields: readonly (keyof Fields & string)[];
    labelKey: keyof Fields & string;
    /** A row's fields; one that the row is too old to have is unset. */
    pick: (row: Fields) => Fields;
  };

/** Throws, at the start, where the table has no column for a field. */
export function defineEntity<Fields>(definition: Definition<Fields>): Entity<Fields> {
  const { table, labelKey, orderKey } = definition;
  const fields = keysOf(definition.fields) as (keyof Fields & string)[];
  const keys = [...STORED_KEYS, ...fields];
  return {
    ...definition,
    fields,
    pick: (row) => pickFields(definition.fields, row as never) as Fields,
    label: columnOf(table, labelKey),
    order: columnOf(table, orderKey),
    columns: asText(wireColumns(table, keys)),
    row: asText(wireRow(table, keys)),
    names: asText(columnNames(table, fields)),
    given: asText(columnNames(table, fields, 'current')),
    record: asText(recordColumns(table, fields)),
  };
}

/** As `loggedOverlapping`, of rows from a `startTime` to an `endTime`. */
export const loggedRange = ({ from, to }: Window): SQL =>
  sql`(before ->> 'startTime')::double precision <= ${to}
    and (before ->> 'endTime')::double precision >= ${from}`;
