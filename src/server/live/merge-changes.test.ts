import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChartChanges, ChartEvent } from '@/contract/live';
import { mergeChanges } from './merge-changes';

type State = { rev: number; dataRev: number; rows: Record<string, number> };

/** What a window knows after an event: the revision that each row is of. */
function apply(state: State, event: ChartEvent): State {
  if (event.type === 'resync') return { ...state, rev: event.rev, rows: { all: event.rev } };
  if (event.type === 'candles') return { ...state, dataRev: event.dataRev };
  const rows = { ...state.rows };
  for (const uid of event.deleted) delete rows[uid];
  for (const { uid, rev } of [...event.spans, ...event.annotations, ...event.examined]) {
    rows[uid] = rev;
  }
  return { ...state, rev: event.rev, rows };
}

const uid = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ written: fc.uniqueArray(uid), deleted: fc.uniqueArray(uid) }),
  },
  { weight: 1, arbitrary: fc.constantFrom('resync' as const, 'candles' as const) },
);

const eventOf = (
  what: { written: string[]; deleted: string[] } | string,
  at: number,
): ChartEvent => {
  const rev = at + 1;
  if (what === 'candles') return { type: 'candles', rev, dataRev: rev };
  if (typeof what === 'string') return { type: 'resync', rev };
  // Spans and annotations alike: each uid is of one kind.
  const of = (kinds: string) =>
    what.written.filter((each) => kinds.includes(each)).map((each) => ({ uid: each, rev }));
  return {
    ...{ type: 'changes', rev, spans: of('ab'), annotations: of('c'), examined: of('d') },
    deleted: what.deleted.filter((each) => !what.written.includes(each)),
  } as ChartChanges;
};

it('tells less, and leaves a window with the same', () => {
  const start: State = { rev: 0, dataRev: 0, rows: { a: 0, b: 0 } };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const events = steps.map(eventOf);
      const merged = mergeChanges(events);
      expect(merged.length).toBeLessThanOrEqual(events.length);
      expect(merged.reduce(apply, start)).toEqual(events.reduce(apply, start));
      const [none] = merged.filter(
        (event, i) => event.type === 'changes' && merged[i + 1]?.type === 'changes',
      );
      expect(none).toBeUndefined();
    }),
  );
});
