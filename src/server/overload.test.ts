import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { completeAnnotation } from '@/contract/annotations';
import { MAX_WAITING } from './read-admission';
import { serverTests } from './testing';

/** As many as may use the ten connections of a client at once. */
const RUNNING = 8;

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Crowded' }));
});

/** Nothing can read the types of labels of spans until the answer is called. */
async function holdReads(): Promise<() => void> {
  return await new Promise((resolve, reject) => {
    server.db
      .transaction(async (tx) => {
        await tx.execute(sql`lock table span_label_types in access exclusive mode`);
        await new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

const save = () => {
  const marker = { uid: randomUUID(), ...completeAnnotation({ time: 1, labelType: 'break_up' }) };
  return server.owner.annotations.save({ chartId, diff: { created: [marker] } });
};

test('a crowd of reads: the oldest are answered, the newest refused, and every save is kept', async () => {
  const release = await holdReads();
  const crowd = Array.from({ length: 200 }, () =>
    server.owner.spans.types().then(
      () => 'answered',
      (error) => `${error.code}: ${error.message}`,
    ),
  );
  const saved = await Promise.all(Array.from({ length: 30 }, save));
  expect(saved.map(({ rows }) => rows.length)).toEqual(Array(30).fill(1));
  release();
  const outcomes = await Promise.all(crowd);
  const admitted = RUNNING + MAX_WAITING;
  expect(outcomes).toEqual([
    ...Array(admitted).fill('answered'),
    ...Array(200 - admitted).fill(
      'SERVICE_UNAVAILABLE: The server is busy with other requests. Try again in a moment.',
    ),
  ]);
  // Nothing of the crowd is left: as many as before are admitted again.
  const after = await Promise.all(
    Array.from({ length: admitted }, () => server.owner.spans.types()),
  );
  expect(after).toHaveLength(admitted);
});
