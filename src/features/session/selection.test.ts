import { beforeEach, expect, it } from 'vitest';
import type { ViewRange } from '@/chart/types';
import { createEditor } from '@/editor/editor';
import { line } from '@/editor/kinds/line';
import { marker } from '@/editor/kinds/marker';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { newSpan } from '@/editor/kinds/span';
import { chooseLabel, removeSelected, select } from './commands';
import type { KeyedLabel } from './label-keys';
import {
  countText,
  selectAll,
  selectBox,
  selectedRecords,
  selectedUids,
  selectVisible,
  stepAnchor,
  toggle,
  updateSpans,
} from './selection';
import type { Session } from './session';
import { createViewState } from './view-state';

const day = (count: number) => count * 86_400;
const at = (time: number, price: number) => ({ time: day(time), lastTime: day(time), price });
const drawn = <R>(record: R | null | undefined): R => {
  if (!record) throw new Error('nothing was drawn');
  return record;
};
let session: Session;
const uids = () => selectedUids(session.view.getState());

beforeEach(() => {
  const editor = createEditor();
  const span = (uid: string, from: number, to: number) =>
    newSpan(uid, { label: 'flag', startTime: day(from), endTime: day(to) });
  editor.add(
    span('early', 1, 5),
    span('middle', 10, 15),
    span('late', 20, 25),
    drawn(marker.draw?.create('marker', 'up', [at(12, Number.NaN)])),
    drawn(line.draw?.create('line', 'line', [at(11, 100), at(14, 120)])),
  );
  editor.apply(
    {
      added: [
        toPredictionRecord({
          ...{ id: 1, chartId: 1, runId: 1, label: 'flag', score: 0.9 },
          ...{
            startTime: day(11),
            endTime: day(12),
            status: 'new',
            spanUid: null,
            inBulk: false,
            teaches: null,
          },
        }),
      ],
      updated: [],
      removed: [],
    },
    'server',
  );
  session = {
    ...{ editor, view: createViewState('flag'), labels: [] as KeyedLabel[] },
    ...{ groups: { current: [] }, chartView: { current: null } },
  } as unknown as Session;
});

it('adds one and takes it away again, and a plain choice leaves one', () => {
  select(session, 'early');
  toggle(session, 'late');
  expect(uids()).toEqual(['early', 'late']);
  expect(session.view.getState().selected).toBe('late');
  toggle(session, 'late');
  expect(uids()).toEqual(['early']);
  toggle(session, 'middle');
  select(session, 'middle');
  expect(uids()).toEqual(['middle']);
});

it('keeps no record in it that something else has selected since', () => {
  selectAll(session, ['early', 'middle']);
  session.view.setState({ selected: 'late' });
  expect(uids()).toEqual(['late']);
  session.view.setState({ selected: null });
  expect(uids()).toEqual([]);
});

it('takes by a box what it touches, drawings by their prices as well, and adds it', () => {
  select(session, 'late');
  selectBox(session, at(13, 300), at(5, 200));
  expect(uids()).toEqual(['late', 'early', 'middle', 'marker']);
  select(session, null);
  selectBox(session, at(13, 110), at(30, 90));
  expect(uids()).toEqual(['middle', 'late', 'line']);
});

it('takes what is in view, then what the list shows', () => {
  const range = { from: day(8), to: day(22) } as ViewRange;
  session.view.setState({ listed: [{ uid: 'early' }, { uid: 'middle' }, { uid: 'late' }] });
  selectVisible(session, range);
  expect(uids()).toEqual(['middle', 'late']);
  selectVisible(session, range);
  expect(uids()).toEqual(['early', 'middle', 'late']);
});

it('steps through it in the order of time, round and round', () => {
  selectAll(session, ['late', 'early', 'middle']);
  expect(session.view.getState().selected).toBe('middle');
  expect([1, 1, -1].map((step) => stepAnchor(session, step as 1 | -1)?.uid)).toEqual([
    'late',
    'early',
    'late',
  ]);
  expect(uids()).toHaveLength(3);
});

it('labels, rates and deletes all of it with one undo each', () => {
  selectAll(session, ['early', 'middle', 'marker']);
  chooseLabel(session, 'wedge');
  updateSpans(session, () => ({ outcome: 'win' }));
  expect(selectedRecords(session)).toMatchObject([
    { uid: 'early', label: 'wedge', outcome: 'win' },
    { uid: 'middle', label: 'wedge', outcome: 'win' },
    { uid: 'marker', labelType: 'up' },
  ]);
  session.editor.undo();
  session.editor.undo();
  expect(session.editor.get('middle')).toMatchObject({ label: 'flag', outcome: null });
  removeSelected(session);
  expect(uids()).toEqual([]);
  expect([...session.editor.records().keys()]).toEqual(['late', 'line', 'prediction:1']);
  session.editor.undo();
  expect(session.editor.records().size).toBe(6);
});

it('says how many of what', () => {
  selectAll(session, ['early', 'middle']);
  expect(countText(selectedRecords(session))).toBe('2 spans');
  toggle(session, 'line');
  expect(countText(selectedRecords(session))).toBe('3 annotations');
});
