import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Annotation } from '@/contract/annotations';
import { ALL_TIME } from '@/contract/common';
import type { Conflict } from '@/contract/errors';
import type { ApplyResult } from '@/contract/records';
import { completeSpan, type Span } from '@/contract/spans';
import { createEditor, type Editor } from '@/editor/editor';
import type { SpanRecord } from '@/editor/kinds/span';
import { AppError } from '@/server/errors';
import { readEvents } from '@/server/live/data';
import { scopeOf, serverTests } from '@/server/testing';
import { baseOf, receivedOf } from '../wire';
import { createSync, type Sync } from './sync';
import { conflictOf, savedOf } from './transport';
import type { Base, Batch, Failure, Unsaved } from './types';

/** One window on a chart: an editor that the real procedures keep up to date. */
export type Window = {
  editor: Editor;
  sync: Sync;
  unsaved: () => Unsaved[];
  /** Reads as its test has it. */
  source: { read(): Promise<Base[]> };
};

class Offline extends Error {}

export function span(fields: Partial<SpanRecord> = {}): SpanRecord {
  return {
    kind: 'span',
    uid: randomUUID(),
    id: null,
    ...completeSpan({ startTime: 1_000, endTime: 2_000, label: 'bull_flag' }),
    ...fields,
  };
}

export const current = ({ editor }: Window, uid: string) => editor.get(uid) as SpanRecord;

export async function settled({ sync }: Window) {
  await expect.poll(() => sync.state()).toMatchObject({ waiting: 0, saving: false });
}

/** Windows on a chart of each test's own, on a real server; what is between them is the test's to break. */
export async function syncTests() {
  const server = await serverTests();
  const wire = { chartId: 0, offline: false, loseReply: false, sent: 0 };
  const windows: Window[] = [];

  beforeEach(async () => {
    const { id } = await server.owner.charts.create({ name: randomUUID() });
    Object.assign(wire, { chartId: id, offline: false, loseReply: false, sent: 0 });
  });
  afterEach(() => {
    for (const { sync } of windows.splice(0)) sync.close();
  });

  async function over<T>(call: () => Promise<T>): Promise<T> {
    wire.sent += 1;
    if (wire.offline) throw new Offline();
    const result = await call();
    if (wire.loseReply) {
      wire.loseReply = false;
      throw new Offline();
    }
    return result;
  }

  function explain(error: unknown): Failure {
    if (error instanceof Offline) return { type: 'passing', message: 'offline' };
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof AppError && cause.conflicts) {
      const conflicts = cause.conflicts as Conflict<Span | Annotation>[];
      return { type: 'conflict', conflicts: conflicts.map((each) => conflictOf(each, [])) };
    }
    const records = (cause instanceof AppError && cause.refused) || [];
    return { type: 'refused', message: String(error), records };
  }

  function save(batch: Batch): Promise<ApplyResult<Span | Annotation>> {
    const { owner } = server;
    const { chartId } = wire;
    if (batch.entity === 'annotation') return owner.annotations.save({ chartId, diff: batch.diff });
    const { diff, reviews } = batch;
    return reviews.length > 0
      ? owner.predictions.review({ chartId, reviews, diff })
      : owner.spans.save({ chartId, diff });
  }

  const stored = () => server.owner.spans.list({ chartId: wire.chartId, ...ALL_TIME });

  async function open(
    kept: Unsaved[] = [],
    beforeLoad: (editor: Editor) => void = () => {},
  ): Promise<Window> {
    const editor = createEditor();
    let unsaved = kept;
    const send = async (batch: Batch) => savedOf(await over(() => save(batch)), []);
    const store = {
      restore: async () => unsaved,
      store: async (now: Unsaved[]) => {
        unsaved = structuredClone(now);
      },
      close: () => {},
    };
    const source = {
      read: async () => (await stored()).map((row) => baseOf(row, [])),
      saving: { transport: { send, explain }, store },
    };
    const sync = createSync({ editor, source });
    beforeLoad(editor);
    await sync.read();
    const window = { editor, sync, unsaved: () => unsaved, source };
    windows.push(window);
    return window;
  }

  /** Hands a window what happened since, as the live connection does. */
  async function hear({ sync }: Window, since = 0) {
    const taken = [];
    for (const event of await readEvents(server.db, scopeOf(wire.chartId), { rev: since })) {
      if (event.type === 'changes') taken.push(...sync.receive(receivedOf(event, [])));
    }
    return taken;
  }

  return { server, wire, open, stored, hear };
}
