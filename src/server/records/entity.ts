import type { Column, SQL } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import type { annotations, spanAnnotations } from '@/lib/db/schema';
import { asText, columnNames, recordColumns, wireColumns, wireRow } from '@/lib/db/wire';
import { STORED_KEYS } from './diff';

type Definition<Fields> = {
  name: 'annotation' | 'span';
  table: typeof annotations | typeof spanAnnotations;
  /** Where no row may have the uid of one of these: the history tells rows by it. */
  other: typeof annotations | typeof spanAnnotations;
  fields: readonly (keyof Fields & string)[];
  /** The column that holds the name of a label. */
  label: Column;
  /** What lists go by, before the id. */
  order: Column;
  /** Throws where the labels that exist do not allow what is about to be written. */
  check: (tx: Tx, changes: { before: Fields | null; fields: Fields }[]) => Promise<void>;
};

/** A table whose rows belong to a chart and are written by diffs. */
export type Entity<Fields> = Definition<Fields> & {
  /** A row as the browser knows it, for a select list. */
  columns: SQL;
  /** The same as jsonb, as the log has it. */
  row: SQL;
  /** The columns of `fields`; as a diff has them, in `current`; and with their types. */
  names: SQL;
  given: SQL;
  record: SQL;
};

export function defineEntity<Fields>(definition: Definition<Fields>): Entity<Fields> {
  const { table, fields } = definition;
  const keys = [...STORED_KEYS, ...fields];
  return {
    ...definition,
    columns: asText(wireColumns(table, keys)),
    row: asText(wireRow(table, keys)),
    names: asText(columnNames(table, fields)),
    given: asText(columnNames(table, fields, 'current')),
    record: asText(recordColumns(table, fields)),
  };
}
