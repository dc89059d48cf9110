import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OverlayItems } from '@/chart/overlay';
import { EMPTY_DIFF } from '@/editor/diff';
import { createEditor } from '@/editor/editor';
import { newSpan, type SpanRecord } from '@/editor/kinds/span';
import type { OverlayContext } from '../annotate/kinds/kind';
import { createOverlayItems, type Dragged } from './overlay';

const NO_DRAG: Dragged = { uids: [], change: (record) => record };
const CONTEXT: OverlayContext = {
  labels: [],
  annotationTypes: [],
  pricePrecision: 2,
  selected: null,
  selection: new Set(),
  part: null,
  minScore: 0,
  doubts: () => [],
  fits: new Map(),
};
const uid = fc.constantFrom(...'abcdef');
const step = fc.oneof(
  fc.record({ type: fc.constant('put' as const), uid, startTime: fc.nat(9) }),
  fc.record({ type: fc.constant('remove' as const), uid }),
  fc.record({ type: fc.constant('undo' as const) }),
  fc.record({ type: fc.constant('select' as const), uids: fc.array(uid, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('drag' as const), uids: fc.array(uid, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('precision' as const), digits: fc.nat(3) }),
);

const plain = (items: OverlayItems) =>
  Object.entries(items).map(([kind, map]) => [kind, new Map(map as typeof items.span)]);

test('what is shown after changes is what would be shown anew', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const editor = createEditor();
      const itemsOf = createOverlayItems();
      let context = CONTEXT;
      let dragged = NO_DRAG;
      for (const each of steps) {
        const current = 'uid' in each ? editor.get(each.uid) : undefined;
        if (each.type === 'put') {
          const span = newSpan(each.uid, { startTime: each.startTime, endTime: 20, label: 'x' });
          if (current) editor.update(current, span);
          else editor.add(span);
        } else if (each.type === 'remove') {
          if (current) editor.remove(current);
        } else if (each.type === 'undo') editor.undo();
        else if (each.type === 'select') {
          const [selected = null] = each.uids;
          context = { ...context, selected, selection: new Set(each.uids) };
        } else if (each.type === 'drag') {
          const moved = new Set(each.uids);
          dragged = {
            uids: each.uids,
            change: (record) =>
              moved.has(record.uid) ? ({ ...record, endTime: 30 } as SpanRecord) : record,
          };
        } else context = { ...context, pricePrecision: each.digits };
        const shown = plain(itemsOf(editor.records(), context, dragged));
        expect(shown).toEqual(plain(createOverlayItems()(editor.records(), context, dragged)));
      }
    }),
  );
});

test('of 100,000 spans a change makes few anew, and leaves what it does not touch as it is', () => {
  const editor = createEditor();
  const added = Array.from({ length: 100_000 }, (_, at) =>
    newSpan(`${at}`, { startTime: at, endTime: at + 5, label: 'x' }),
  );
  editor.apply({ ...EMPTY_DIFF, added }, 'server');
  let looks = 0;
  const dragged: Dragged = {
    uids: ['5'],
    change(record) {
      looks += 1;
      return record;
    },
  };
  const itemsOf = createOverlayItems();
  const first = itemsOf(editor.records(), CONTEXT, NO_DRAG);
  editor.update(added[7]!, { startTime: 8 });
  const context = { ...CONTEXT, selected: '9', selection: new Set(['9']) };
  const second = itemsOf(editor.records(), context, dragged);
  expect(looks).toBe(3);
  expect(second.span.get('8')).toBe(first.span.get('8'));
  expect(second.span.get('9')).toMatchObject({ selected: true });
  expect(second.marker).toBe(first.marker);
});
