import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cellAsJson } from './conversion/rows';
import type { Cell, Rowid } from './source/cell';
import type { TableName } from './source/shape';

/** A cell of a stored row that the new row could not hold as it was. */
export type Change = { table: TableName; rowid: Rowid; column: string; cell: Cell };

export type ChangeLog = ReturnType<typeof openChanges>;

/** Writes them down, one JSON object a line; the file is made at the first one. */
export function openChanges(path: string) {
  let out: ReturnType<typeof createWriteStream> | undefined;
  let written = 0;
  return {
    add({ table, rowid, column, cell }: Change) {
      out ??= createWriteStream(path);
      written++;
      out.write(
        `{"table":"${table}","rowid":${rowid},"column":"${column}","was":${cellAsJson(cell)}}\n`,
      );
    },
    /** How many there are. */
    async close(): Promise<number> {
      if (out) await once(out.end(), 'close');
      return written;
    },
  };
}
