import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NEGATIVE_LABEL } from '@/contract/spans';
import {
  byStart,
  derived,
  derivedCounts,
  derivedList,
  patternCount,
  type RecordChange,
  spansOf,
} from './derived';
import { EMPTY_DIFF } from './diff';
import { createEditor } from './editor';
import type { EditorRecord } from './kinds/kinds';
import { newSpan, type SpanRecord } from './kinds/span';
import { SortedList } from './sorted';
import type { VersionedMap } from './versioned-map';

const uid = fc.constantFrom(...'abcdefghijkl');
const fields = fc.record({
  startTime: fc.nat(9),
  label: fc.constantFrom('flag', 'wedge', 'none'),
});
const step = fc.oneof(
  fc.record({ type: fc.constant('put' as const), uid, fields, asks: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), uid, asks: fc.boolean() }),
  fc.record({ type: fc.constant('undo' as const), asks: fc.boolean() }),
  fc.record({ type: fc.constant('redo' as const), asks: fc.boolean() }),
);

const isFlag = (record: EditorRecord): record is SpanRecord =>
  record.kind === 'span' && record.label === 'flag';

test('what follows from records by their changes is what follows from all of them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const editor = createEditor();
      const flagsOf = derivedList(isFlag);
      const labels = (record: EditorRecord) => (record.kind === 'span' ? [record.label] : []);
      const countsOf = derivedCounts(labels);
      const seen = [editor.records()];
      for (const each of steps) {
        if (each.type === 'undo') editor.undo();
        else if (each.type === 'redo') editor.redo();
        else if (each.type === 'remove') {
          const current = editor.get(each.uid);
          if (current) editor.remove(current);
        } else {
          const current = editor.get(each.uid);
          const span = newSpan(each.uid, { ...each.fields, endTime: 20 });
          if (current) editor.update(current, span);
          else editor.add(span);
        }
        if (each.asks) {
          flagsOf(editor.records());
          countsOf(editor.records());
          seen.push(editor.records());
        }
      }
      // Older ones as well, as React asks for them when it puts off what came since.
      for (const records of [editor.records(), ...seen, editor.records()]) {
        const plain = new Map(records);
        const all = [...plain.values()].sort(byStart);
        expect([...spansOf(records)]).toEqual(all);
        expect([...flagsOf(records)]).toEqual(all.filter(isFlag));
        expect(countsOf(records)).toEqual(derivedCounts(labels)(plain));
      }
    }),
  );
});

test('of 100,000 records a change looks at few', () => {
  const spans = Array.from({ length: 100_000 }, (_, at) =>
    newSpan(`${at}`, { startTime: at * 60, endTime: at * 60 + 600, label: 'flag' }),
  );
  const editor = createEditor();
  editor.apply({ ...EMPTY_DIFF, added: spans }, 'server');
  const records = editor.records() as VersionedMap<EditorRecord>;
  let looks = 0;
  const counted = (a: EditorRecord, b: EditorRecord) => {
    looks += 1;
    return byStart(a, b);
  };
  const changesOf: (readonly RecordChange[])[] = [];
  const listOf = derived<SortedList<EditorRecord>>(
    (all) => SortedList.of([...all.values()].sort(byStart)),
    (list, changes) => {
      changesOf.push(changes);
      return list.change(changes, counted);
    },
  );
  listOf(records);
  editor.add(newSpan('new', { startTime: 3_000_030, endTime: 3_000_600, label: 'flag' }));
  editor.update(editor.get('7') as SpanRecord, { startTime: 90 });
  editor.remove(spans[99_999]!);
  const after = listOf(editor.records());
  expect(changesOf.map(({ length }) => length)).toEqual([3]);
  expect(looks).toBeLessThan(100);
  expect(after.length).toBe(100_000);
  expect(after.at(2)?.uid).toBe('7');
});

test('spans that say there is no pattern are not counted as patterns', () => {
  const editor = createEditor();
  const span = (uid: string, label: string) => newSpan(uid, { startTime: 0, endTime: 60, label });
  for (const [at, label] of ['flag', 'wedge', NEGATIVE_LABEL].entries()) {
    editor.add(span(`${at}`, label));
  }
  expect(patternCount(editor.records())).toBe(2);
  editor.update(editor.get('0') as SpanRecord, { label: NEGATIVE_LABEL });
  expect(patternCount(editor.records())).toBe(1);
});
