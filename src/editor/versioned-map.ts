/** What a key held and holds now; undefined is nothing. */
export type KeyChange<Value> = { key: string; before: Value | undefined; after: Value | undefined };

/** By their uids. */
export const byUid = <Item extends { uid: string }>(items: Iterable<Item>) =>
  new VersionedMap<Item>(Array.from(items, (item) => [item.uid, item]));

/** More changes than this take longer one by one than all anew. */
const MAX_CHANGES = 2_000;

/**
 * A map whose copies cost nothing, and which tells in what two copies differ. The newest copy holds
 * the entries; each older one knows what the next has changed, and reads through it. A copy can be changed until
 * it is copied itself.
 */
export class VersionedMap<Value extends NonNullable<unknown>>
  implements ReadonlyMap<string, Value>
{
  /** Null where a newer copy has taken them over. */
  private held: Map<string, Value> | null;
  private newer: { map: VersionedMap<Value>; replaced: Map<string, Value | undefined> } | null =
    null;
  /** What this copy has changed of the one before it. */
  private replaced: Map<string, Value | undefined> | null = null;
  private count: number;
  private isCopied = false;
  /** The same for all copies that can be compared. */
  line: object = {};

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    this.held = new Map(entries);
    this.count = this.held.size;
  }

  get size(): number {
    return this.count;
  }

  get(key: string): Value | undefined {
    let at: VersionedMap<Value> = this;
    while (at.newer) {
      if (at.newer.replaced.has(key)) return at.newer.replaced.get(key);
      at = at.newer.map;
    }
    return at.held?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** This map is as it is from now on. */
  copy(): VersionedMap<Value> {
    this.isCopied = true;
    // Nothing is shared by those that begin with nothing.
    if (this.count === 0) return new VersionedMap();
    const copy = new VersionedMap<Value>();
    copy.held = this.take();
    copy.count = this.count;
    copy.line = this.line;
    copy.replaced = new Map();
    this.held = null;
    this.replaced = null;
    this.newer = { map: copy, replaced: copy.replaced };
    return copy;
  }

  set(key: string, value: Value): this {
    const held = this.change(key);
    held.set(key, value);
    this.count = held.size;
    return this;
  }

  delete(key: string): boolean {
    const held = this.change(key);
    const isGone = held.delete(key);
    this.count = held.size;
    return isGone;
  }

  /** What has changed since an older copy; null where that is not known, or too much. */
  changesSince(older: VersionedMap<Value>): KeyChange<Value>[] | null {
    const replaced = new Map<string, Value | undefined>();
    for (let at = older; at !== this; at = at.newer.map) {
      if (!at.newer || replaced.size > MAX_CHANGES) return null;
      for (const [key, before] of at.newer.replaced) {
        if (!replaced.has(key)) replaced.set(key, before);
      }
    }
    const changes: KeyChange<Value>[] = [];
    for (const [key, before] of replaced) {
      const after = this.get(key);
      if (after !== before) changes.push({ key, before, after });
    }
    return changes;
  }

  *entries(): Generator<[string, Value], undefined> {
    const held = this.take();
    for (const entry of held) {
      yield entry;
      if (this.held !== held) throw new Error('A map was copied while somebody went through it');
    }
    return undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.entries()) yield key;
    return undefined;
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(call: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void) {
    for (const [key, value] of this.entries()) call(value, key, this);
  }

  /** Its entries for itself: an older copy gets its own, as it was. */
  private take(): Map<string, Value> {
    if (this.held) return this.held;
    const own = new Map<string, Value>();
    let newest: VersionedMap<Value> = this;
    const replaced = new Map<string, Value | undefined>();
    while (newest.newer) {
      for (const [key, before] of newest.newer.replaced) {
        if (!replaced.has(key)) replaced.set(key, before);
      }
      newest = newest.newer.map;
    }
    for (const [key, value] of newest.held ?? []) if (!replaced.has(key)) own.set(key, value);
    for (const [key, before] of replaced) if (before !== undefined) own.set(key, before);
    this.held = own;
    this.newer = null;
    this.line = {};
    return own;
  }

  private change(key: string): Map<string, Value> {
    if (this.isCopied || !this.held) throw new Error('A map that was copied cannot be changed');
    if (this.replaced && !this.replaced.has(key)) this.replaced.set(key, this.held.get(key));
    return this.held;
  }
}
