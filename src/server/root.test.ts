import { beforeAll, describe, expect, test } from 'vitest';
import { call, procedures, serverTests } from './testing';

const server = await serverTests();
let chartId: number;
beforeAll(async () => {
  ({ id: chartId } = await server.owner.charts.create({ name: 'Chart' }));
});

describe.each(procedures)('$path', ({ path, type, meta, inputs }) => {
  test('names who may call it', async () => {
    expect(['read', 'annotate', 'review', 'manage']).toContain(meta?.permission);
    if (type === 'mutation') expect(meta?.permission).not.toBe('read');
    await expect(call(server.signedOut, path, {})).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('You are not signed in.'),
    });
    if (meta?.permission === 'read') return;
    await expect(call(server.as('viewer'), path, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('takes no input but what its schema lists', async () => {
    if (inputs.length === 0) {
      expect(type).toBe('query');
      await expect(call(server.owner, path, undefined)).resolves.toBeDefined();
      return;
    }
    const strange = { chartId, surprise: 1 };
    await expect(call(server.owner, path, strange)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      cause: { message: expect.stringContaining('surprise') },
    });
    for (const input of [undefined, null, [], 'x', 7]) {
      await expect(call(server.owner, path, input)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
  });
});

// `chartProcedure` adds an input of its own to the procedure's.
const chartProcedures = procedures.filter(({ inputs }) => inputs.length > 1);

test('many procedures are about one chart', () => {
  expect(chartProcedures.length).toBeGreaterThan(procedures.length / 3);
});

test.each(chartProcedures)('$path knows no chart that is not there', async ({ path }) => {
  await expect(call(server.owner, path, { chartId: 2_000_000_000 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('There is no chart 2000000000.'),
  });
  for (const chartId of [0, -1, 1.5, '1', 2 ** 31]) {
    await expect(call(server.owner, path, { chartId })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  }
});
