import { expect, test } from 'vitest';
import type { ExaminedChange, ExaminedRange } from '@/contract/examined';
import { createEditor } from '@/editor/editor';
import { createExamined, examinedBars, subtract, type UnsentStore, union } from './examined-store';

const bars = (startTime: number, endTime: number) => ({ startTime, endTime });

test('bars are joined and cut', () => {
  expect(union([bars(5, 9), bars(0, 2), bars(8, 12), bars(2, 3)])).toEqual([
    bars(0, 3),
    bars(5, 12),
  ]);
  expect(subtract([bars(0, 10)], [bars(3, 4)])).toEqual([bars(0, 3 - 1e-6), bars(4 + 1e-6, 10)]);
  expect(subtract([bars(0, 10), bars(20, 30)], [bars(0, 25)])).toEqual([bars(25 + 1e-6, 30)]);
});

/** A server on which each change is a revision, answered when the test says so. */
function remote() {
  const sent: string[] = [];
  const answers: ((change: ExaminedChange | Error) => void)[] = [];
  const ask = (what: string) => {
    sent.push(what);
    return new Promise<ExaminedChange>((resolve, reject) => {
      answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  };
  return {
    sent,
    async answer(change: ExaminedChange | Error) {
      await expect.poll(() => answers.length).toBe(1);
      answers.shift()?.(change);
      await new Promise((resolve) => setTimeout(resolve));
    },
    transport: {
      mark: ({ startTime }: { startTime: number }) => ask(`mark ${startTime}`),
      unmark: ({ startTime }: { startTime: number }) => ask(`unmark ${startTime}`),
      revert: (rev: number) => ask(`revert ${rev}`),
    },
  };
}
const range = (uid: string, startTime: number, endTime: number): ExaminedRange => ({
  id: 1,
  uid,
  chartId: 1,
  startTime,
  endTime,
  labelSet: null,
  source: 'done',
  rev: 1,
  createdAt: 0,
  createdBy: 'local',
});

test('a change shows at once, is sent in its turn, and is taken back by what it made', async () => {
  const { sent, answer, transport } = remote();
  const editor = createEditor();
  const examined = createExamined({ editor, transport, isPassing: () => false });
  examined.start([range('a', 0, 9)]);
  const shown = () => examinedBars(examined.getState());

  examined.mark([bars(20, 29)], 'done');
  examined.unmark([bars(5, 6)]);
  expect(shown()).toEqual([bars(0, 5 - 1e-6), bars(6 + 1e-6, 9), bars(20, 29)]);
  await answer({ rev: 1, created: [range('b', 20, 29)], deleted: [] });
  expect(sent).toEqual(['mark 20', 'unmark 5']);
  await answer({
    rev: 2,
    created: [range('c', 0, 4), range('d', 7, 9)],
    deleted: [range('a', 0, 9)],
  });
  expect(shown()).toEqual([bars(0, 4), bars(7, 9), bars(20, 29)]);
  expect(examined.getState().pending).toEqual([]);

  editor.undo();
  expect(shown()).toEqual([bars(0, 4), bars(5, 6), bars(7, 9), bars(20, 29)]);
  await answer({
    rev: 3,
    created: [range('a2', 0, 9)],
    deleted: [range('c', 0, 4), range('d', 7, 9)],
  });
  expect(shown()).toEqual([bars(0, 9), bars(20, 29)]);
  editor.redo();
  await answer({ rev: 4, created: [range('e', 0, 4)], deleted: [range('a2', 0, 9)] });
  expect(sent.slice(2)).toEqual(['revert 2', 'revert 3']);
});

test('what the server refuses is said and does not show; what was told early is not told again', async () => {
  const { answer, transport } = remote();
  const examined = createExamined({ editor: createEditor(), transport, isPassing: () => false });
  examined.start([]);
  examined.mark([bars(0, 9)], 'done');
  await answer(new Error('There is no candle in this window.'));
  expect(examined.getState()).toMatchObject({
    ranges: [],
    pending: [],
    problem: 'There is no candle in this window.',
  });
  examined.receive([], ['late']);
  examined.receive([range('late', 0, 9)], []);
  expect(examined.getState().ranges).toEqual([]);
});

test('what was not sent is the next page’s, but for what was taken back before', async () => {
  let kept: Parameters<UnsentStore['store']>[0] = [];
  const unsentStore = (left: typeof kept): UnsentStore => ({
    restore: async () => left,
    store: async (items) => {
      kept = structuredClone(items);
    },
    close: () => {},
  });
  const off = { mark: offline, unmark: offline, revert: offline };
  const editor = createEditor();
  const isPassing = () => true;
  const first = createExamined({ editor, transport: off, isPassing, unsentStore: unsentStore([]) });
  first.start([]);
  first.mark([bars(0, 9)], 'done');
  first.mark([bars(20, 29)], 'viewed');
  editor.undo();
  editor.undo();
  editor.redo();
  expect(kept).toEqual([{ type: 'mark', source: 'done', bars: [bars(0, 9)], revs: null }]);

  const { sent, answer, transport } = remote();
  const next = { editor: createEditor(), transport, isPassing, unsentStore: unsentStore(kept) };
  const second = createExamined(next);
  second.start([]);
  await answer({ rev: 1, created: [range('a', 0, 9)], deleted: [] });
  expect(sent).toEqual(['mark 0']);
  expect(examinedBars(second.getState())).toEqual([bars(0, 9)]);
  expect(kept).toEqual([]);
});

const offline = () => Promise.reject(new Error('no network'));
