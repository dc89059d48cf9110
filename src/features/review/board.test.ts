import { beforeEach, describe, expect, test } from 'vitest';
import { completeSpan, type LabelGroup } from '@/contract/spans';
import { createEditor } from '@/editor/editor';
import { toPredictionRecord } from '@/editor/kinds/prediction';
import { newSpan, type SpanRecord } from '@/editor/kinds/span';
import { createAuthors } from '../session/authors';
import { refusalOfDiff } from '../session/overlaps';
import { type Board, createBoard } from './board';
import { predictionOf, predictions } from './sources/predictions';

const HOUR = 3_600;
const BARS = 40;
const labels = [
  { name: 'bull_flag', displayName: 'Bull flag', color: '#112233', groupName: 'Flags' },
];
const groups = { current: [{ name: 'Flags', overlap: 'allow' as LabelGroup['overlap'] }] };
let board: Board;
let editors: Map<number, ReturnType<typeof createEditor>>;

function editorOf(chartId: number) {
  const editor = editors.get(chartId);
  if (!editor) throw new Error(`no chart ${chartId}`);
  return editor;
}

/** Candidates on two charts in turns, ten bars long, a hundred apart, with falling scores. */
function propose(count: number) {
  const records = Array.from({ length: count }, (_, at) =>
    toPredictionRecord({
      id: at + 1,
      chartId: (at % 2) + 1,
      runId: 7,
      startTime: at * 100 * HOUR,
      endTime: (at * 100 + 9) * HOUR,
      label: 'bull_flag',
      score: 0.99 - at * 0.01,
      status: 'new',
      spanUid: null,
      inBulk: false,
      teaches: null,
    }),
  );
  for (const record of records) {
    editorOf(record.chartId).apply({ added: [record], updated: [], removed: [] }, 'server');
  }
  board.setCandidates(records);
  return records.map(({ uid }) => uid);
}

beforeEach(() => {
  groups.current = [{ name: 'Flags', overlap: 'allow' }];
  editors = new Map([1, 2].map((id) => [id, createEditor()]));
  board = createBoard({
    source: predictions,
    sessionOf: (chartId) => ({ editor: editorOf(chartId) }),
    refusalOf(chartId, diff) {
      const authors = createAuthors();
      const chart = { id: chartId, timeframe: HOUR, exchangeZone: null };
      const rest = { groups, authors, labels, chart, chartView: { current: null } };
      return refusalOfDiff({ editor: editorOf(chartId), ...rest }, diff);
    },
    windowOf: ({ startTime }) => {
      const prices = new Float64Array(BARS).fill(1);
      const time = Float64Array.from(prices, (_, at) => startTime + (at - 15) * HOUR);
      return { time, open: prices, high: prices, low: prices, close: prices, first: 15, last: 24 };
    },
  });
});

const state = () => board.state.getState();
const spans = () =>
  [...editors.values()].flatMap((editor) =>
    [...editor.records().values()].flatMap((record) =>
      record.kind === 'span' ? `${record.label} ${record.source}` : [],
    ),
  );

describe('going through', () => {
  test('each key answers one and goes on, without leaving one out', () => {
    const uids = propose(45);
    expect(state().pages).toEqual([uids.slice(0, 20)]);
    const seen: (string | null)[] = [];
    for (let at = 0; at < 45; at++) {
      seen.push(state().focus);
      if (at % 3 === 2) board.reject();
      else board.accept();
    }
    expect(seen).toEqual(uids);
    expect(spans()).toHaveLength(45);
    expect(state().focus).toBeNull();
    // At the end nothing is answered any more.
    board.accept();
    board.reject();
    expect(spans()).toHaveLength(45);
    expect(state().done).toHaveLength(45);
  });

  test('what is put off comes last, and stays in its cell until then', () => {
    const uids = propose(22);
    board.putOff();
    expect(state().pages[0]).toEqual(uids.slice(0, 20));
    for (let at = 0; at < 19; at++) board.accept();
    expect(state().focus).toBe(uids[20]);
    board.accept();
    board.accept();
    expect(state()).toMatchObject({ focus: uids[0], page: 2 });
    board.accept();
    expect(state().focus).toBeNull();
  });

  test('a new order moves nothing that is in sight', () => {
    const uids = propose(30);
    board.accept();
    // The next page as well: it may be open before the new order is there.
    expect(board.kept()).toEqual(uids);
    const turned = uids
      .toReversed()
      .map((uid) => board.candidateOf(uid))
      .filter((one) => one !== undefined);
    board.setCandidates(turned);
    expect(state().pages).toEqual([uids.slice(0, 20)]);
    for (let at = 1; at < 20; at++) board.accept();
    expect(state().pages[1]).toEqual(uids.slice(20).toReversed());
    // The page before as well: an undo may bring it back.
    expect(board.kept().toSorted()).toEqual(uids.toSorted());
  });

  test('what a new order has left out goes from the page that was open, and no key answers it', () => {
    const uids = propose(30);
    board.accept();
    board.putOff();
    const gone = [...uids.slice(1, 4), ...uids.slice(20, 25)];
    for (const uid of gone) {
      const record = board.candidateOf(uid);
      const editor = editorOf(record?.chartId ?? 0);
      const removed = [editor.records().get(uid)].filter((one) => one !== undefined);
      editor.apply({ added: [], updated: [], removed }, 'server');
    }
    board.accept();
    expect(board.counts()).toMatchObject({ yes: 1, no: 0 });
    board.setCandidates(
      uids.filter((uid) => !gone.includes(uid)).flatMap((uid) => board.candidateOf(uid) ?? []),
    );
    expect(state().pages).toEqual([[uids[0], ...uids.slice(4, 20)]]);
    expect(state()).toMatchObject({ focus: uids[4], later: [] });
    for (let at = 4; at < 20; at++) board.accept();
    expect(state()).toMatchObject({ page: 1, focus: uids[25] });
    expect(board.counts()).toEqual({ open: 5, yes: 17, no: 0 });
  });

  test('an answered one that is looked at again can be answered otherwise', () => {
    const uids = propose(5);
    board.accept();
    board.look(uids[0] ?? '');
    board.reject();
    expect(spans()).toEqual(['O human_correction']);
    expect(state().focus).toBe(uids[1]);
    board.undo();
    expect(spans()).toEqual(['bull_flag model_confirmed']);
    expect(state().focus).toBe(uids[0]);
    // The same said again changes nothing, and goes on.
    board.accept();
    expect([spans(), state().done.length]).toEqual([['bull_flag model_confirmed'], 1]);
    board.acceptAs('2', 'bear_flag');
    expect(spans()).toContain('bear_flag model_corrected');
  });
});

describe('the rest', () => {
  test('waits for answers above the line, is one step on all charts, and comes back by one', () => {
    const uids = propose(8);
    board.acceptRest();
    expect(spans()).toEqual([]);
    board.accept();
    board.accept();
    expect(board.rest()).toMatchObject({ lowest: expect.closeTo(0.92), answered: 2, yes: 2 });
    board.acceptRest();
    expect(spans()).toHaveLength(8);
    expect(state()).toMatchObject({ focus: null, done: [{}, {}, { cap: '⇧Y', presses: 1 }] });
    expect(state().done[2]?.chartIds.toSorted()).toEqual([1, 2]);
    board.undo();
    expect(spans()).toHaveLength(2);
    expect(state().focus).toBe(uids[2]);
    board.redo();
    expect(spans()).toHaveLength(8);
    board.undo();
    board.undo();
    board.undo();
    expect(spans()).toEqual([]);
    board.undo();
  });

  test('leaves what lies below the line and what was put off', () => {
    const uids = propose(6);
    board.accept();
    board.putOff();
    board.setLine(0.95);
    expect(board.rest().left.map(({ uid }) => uid)).toEqual([uids[2], uids[3], uids[4]]);
    board.acceptRest();
    expect(state().focus).toBe(uids[5]);
    const recordsOf = (uid: string) => editorOf(uids.indexOf(uid) % 2 === 0 ? 1 : 2).records();
    const inBulk = uids.filter((uid) => predictionOf(recordsOf(uid), uid)?.inBulk);
    expect(inBulk).toEqual([uids[2], uids[3], uids[4]]);
    // What was answered at once speaks for nothing: one answer by itself is all there is.
    board.setLine(null);
    expect(board.rest()).toMatchObject({ answered: 1, yes: 1 });
  });
});

describe('an answer that somebody else has worked on since', () => {
  test('stays, by a sentence, and nothing else is taken back or done again for it', () => {
    const uids = propose(3);
    board.accept();
    board.reject();
    board.accept();
    const third = predictionOf(editorOf(1).records(), uids[2] ?? '')?.spanUid ?? '';
    const span = editorOf(1).get(third) as SpanRecord;
    editorOf(1).apply(
      { added: [], updated: [[span, { ...span, notes: 'theirs' }]], removed: [] },
      'server',
    );
    board.undo();
    expect(board.counts()).toEqual({ open: 0, yes: 2, no: 1 });
    expect(state().refusal).toBe('Somebody has changed this span since; it stays.');
    board.redo();
    expect(board.counts()).toEqual({ open: 0, yes: 2, no: 1 });
    board.undo();
    expect(board.counts()).toEqual({ open: 1, yes: 2, no: 0 });
    expect(state().refusal).toBeNull();
  });
});

describe('what a group’s rule forbids', () => {
  /** On the chart of the first candidate, in the way of the third. */
  const put = (startTime: number, endTime: number) =>
    editorOf(1).apply(
      {
        added: [newSpan('there', completeSpan({ startTime, endTime, label: 'bull_flag' }))],
        updated: [],
        removed: [],
      },
      'server',
    );

  test('is refused by a sentence and stays in focus, but for a no and another place', () => {
    const uids = propose(3);
    groups.current = [{ name: 'Flags', overlap: 'forbid' }];
    put(9 * HOUR, 30 * HOUR);
    board.accept();
    expect(state()).toMatchObject({ focus: uids[0], done: [], presses: 1 });
    expect(state().refusal).toMatch(/is in the way: spans of “Flags” may not overlap/);
    expect(editorOf(1).canUndo()).toBe(false);
    board.chooseEdge('end');
    expect(state().refusal).toBeNull();
    board.moveEdge(-1);
    board.accept();
    expect(state()).toMatchObject({ focus: uids[1], refusal: null });
    expect(spans()).toContain('bull_flag model_corrected');
    // An answer given anew is not in its own way.
    board.look(uids[0] ?? '');
    board.chooseEdge('start');
    board.accept();
    expect(state().refusal).toMatch(/is in the way/);
    board.moveEdge(1);
    board.chooseEdge('end');
    board.moveEdge(-2);
    board.accept();
    expect(state().refusal).toBeNull();
    board.look(uids[0] ?? '');
    board.reject();
    expect(state().refusal).toBeNull();
    expect(spans()).toContain('O human_correction');
  });

  test('stays open when the rest is answered at once, and the rest is answered', () => {
    const uids = propose(8);
    board.accept();
    groups.current = [{ name: 'Flags', overlap: 'forbid' }];
    put(209 * HOUR, 230 * HOUR);
    board.acceptRest();
    expect(state().focus).toBe(uids[2]);
    expect(state().refusal).toMatch(/^1 of 7 stay open\. .*is in the way/);
    expect(board.counts()).toEqual({ open: 1, yes: 7, no: 0 });
    board.undo();
    expect(board.counts()).toEqual({ open: 7, yes: 1, no: 0 });
    board.acceptRest();
    board.acceptRest();
    expect(state()).toMatchObject({ focus: uids[2], refusal: expect.stringMatching(/^1 of 1 /) });
    expect(state().done).toHaveLength(2);
  });
});

describe('edges', () => {
  test('move by bars, not past each other nor out of the window, and are kept with the answer', () => {
    propose(2);
    board.chooseEdge('start');
    board.moveEdge(2);
    board.chooseEdge('end');
    board.moveEdge(-1);
    expect(state().edges).toEqual({ start: 2, end: -1, chosen: 'end' });
    board.accept();
    const [record] = [...editorOf(1).records().values()].filter(({ kind }) => kind === 'span');
    expect(record).toMatchObject({
      startTime: 2 * HOUR,
      endTime: 8 * HOUR,
      source: 'model_corrected',
    });
    expect(state().done[0]).toMatchObject({ presses: 3, isYes: true });
    board.moveEdge(-99, 'start');
    expect(state().edges).toMatchObject({ start: -15 });
    board.moveEdge(99, 'start');
    expect(state().edges).toMatchObject({ start: 9 });
    board.drop();
    board.accept();
    expect(spans()).toContain('bull_flag model_confirmed');
  });
});
