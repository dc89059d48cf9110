import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { ChartEvent } from '@/contract/live';
import { completeSpan } from '@/contract/spans';
import { type TestServer, testServer } from '@/server/testing';

const DAY_MS = 86_400_000;

let server: TestServer;
let uploads: string;
beforeAll(async () => {
  server = await testServer();
  uploads = await mkdtemp(join(tmpdir(), 'candle-annotator-clock-'));
  vi.stubEnv('DATABASE_URL', server.url);
  vi.stubEnv('UPLOADS_FOLDER', uploads);
});
afterAll(async () => {
  await rm(uploads, { recursive: true });
  await server.close();
});

test.each([
  ['a day forward', DAY_MS],
  ['a day back', -DAY_MS],
])('while people work the clock jumps %s: changes, uploads and saves go on', async (_, jump) => {
  const { owner } = server;
  const { id: chartId } = await owner.charts.create({ name: `Clock ${jump}` });
  const span = () => ({
    uid: randomUUID(),
    ...completeSpan({ startTime: 0, endTime: 60, label: 'custom' }),
  });
  const save = () => owner.spans.save({ chartId, diff: { created: [span()] } });
  const stream = (await owner.live.chart({ chartId, since: 0 })) as AsyncIterable<
    [string, ChartEvent]
  >;
  const events = stream[Symbol.asyncIterator]();
  const uploadId = randomUUID();
  const append = (offset: number) =>
    owner.uploads.append({
      uploadId,
      offset,
      bytes: Buffer.from('time,open\n').toString('base64'),
    });
  const first = events.next();
  await save();
  expect((await first).value[1].rev).toBe(1);
  await append(0);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
  onTestFinished(() => void vi.useRealTimers());
  const next = events.next();
  await save();
  // Revisions count changes, not time, so what is told goes on where it was.
  const [id, event] = (await next).value;
  expect([id, event.rev]).toEqual(['2', 2]);
  expect(await append(10)).toEqual({ size: 20 });
  await owner.uploads.discard({ uploadId });
  await events.return?.();
});
