import type { Span } from '@/contract/spans';

/** Rules of overlaps are about the spans of one person; what is not stored yet is one's own. */
export type Authors = {
  /** Takes in stored spans; `own` are those that this window made. */
  note(spans: readonly Pick<Span, 'uid' | 'createdBy'>[], own?: ReadonlySet<string>): void;
  noteYou(id: string | null): void;
  isSame(uid: string, other: string): boolean;
};

export function createAuthors(): Authors {
  const byUid = new Map<string, string | null>();
  let you: string | null = null;
  const authorOf = (uid: string) => byUid.get(uid) ?? you;
  return {
    note(spans, own) {
      for (const { uid, createdBy } of spans) {
        byUid.set(uid, createdBy);
        if (own?.has(uid)) you = createdBy;
      }
    },
    noteYou(id) {
      you = id ?? you;
    },
    isSame: (uid, other) => authorOf(uid) === authorOf(other),
  };
}
