import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newSpan } from '@/editor/kinds/span';
import type { Unsaved, UnsavedStore } from './types';
import { unsavedStorage } from './unsaved-storage';

const opened: UnsavedStore[] = [];
/** Of each test, as all share one database. */
let chartId = 0;
beforeEach(() => {
  chartId += 100;
});
function page(id = chartId): UnsavedStore {
  const store = unsavedStorage(id);
  opened.push(store);
  return store;
}
const change = (): Unsaved => {
  const uid = crypto.randomUUID();
  const mine = newSpan(uid, { label: 'bull_flag', startTime: 1, endTime: 2 });
  return { uid, mine, base: null, attempts: [null, mine], deleted: null };
};

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

it('gives the next page what a closed one left', async () => {
  const [first, second] = [change(), change()];
  const before = page();
  await before.store([first]);
  await before.store([first, second]);
  before.close();
  const after = page();
  expect(await after.restore()).toEqual([first, second]);
});

it('keeps what it took over until that is saved', async () => {
  const left = change();
  const before = page();
  await before.store([left]);
  before.close();
  const between = page();
  await between.restore();
  between.close();
  const after = page();
  expect(await after.restore()).toEqual([left]);
  await after.store([]);
  after.close();
  expect(await page().restore()).toEqual([]);
});

it('keeps the changes of charts apart', async () => {
  const other = page(chartId * 10);
  await other.store([change()]);
  other.close();
  expect(await page().restore()).toEqual([]);
});

it('puts aside what it cannot read', async () => {
  await page().store([]);
  const db = await openDB('candle-annotator', 1);
  await db.put('unsaved', [{ uid: 1 }], `${chartId}:broken`);
  expect(await page().restore()).toEqual([]);
  expect(await db.getAll('unreadable')).toEqual([[{ uid: 1 }]]);
  db.close();
});
