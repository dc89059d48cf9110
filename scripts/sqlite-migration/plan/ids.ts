import { Failure } from '../../cli/failure';
import { HIGHEST_ID } from '../conversion/values';
import type { Rowid } from '../source/cell';

/** Which rows keep their id, and which new one each of the others gets. Rows come by row id. */
export class IdPlan {
  readonly #replaced = new Map<string, number>();
  readonly #waiting: Rowid[] = [];
  /** Null where SQLite itself sees to it that no id comes twice. */
  readonly #seen: Set<number> | null;
  #highest = 0;

  constructor(idIsRowid: boolean) {
    this.#seen = idIsRowid ? null : new Set();
  }

  /** `id` is the row's own if it can be kept. Tells whether it is. */
  add(rowid: Rowid, id: number | null): boolean {
    if (id === null || this.#seen?.has(id)) {
      this.#waiting.push(rowid);
      return false;
    }
    this.#seen?.add(id);
    if (id > this.#highest) this.#highest = id;
    return true;
  }

  /** An id for something that the file has no row of. */
  next(): number {
    this.#highest++;
    if (this.#highest > HIGHEST_ID + 100_000_000) {
      throw new Failure('The file has more ids near 2,000,000,000 than there is room for.');
    }
    return this.#highest;
  }

  /** Gives those that wait ids above all others. */
  settle() {
    for (const rowid of this.#waiting.splice(0)) this.#replaced.set(String(rowid), this.next());
  }

  /** The new id of a row that does not keep its own. */
  replacementOf(rowid: Rowid): number | undefined {
    return this.#replaced.size > 0 ? this.#replaced.get(String(rowid)) : undefined;
  }

  idOf(rowid: Rowid, own: number | null): number {
    const id = this.replacementOf(rowid) ?? own;
    if (id === null) throw new Error(`row ${rowid} was given no id`);
    return id;
  }
}

/** The id that a row asks for: its own or, in a table without that column, its row id. */
export function wantedId(rowid: Rowid, id: number | null, hasColumn: boolean): number | null {
  if (hasColumn) return id;
  return rowid >= 1 && rowid <= HIGHEST_ID ? Number(rowid) : null;
}
