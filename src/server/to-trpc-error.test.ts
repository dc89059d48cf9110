import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '@/lib/db';
import { callerFor } from './root';
import { type TestServer, testServer } from './testing';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const said = vi.fn();
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(said.mockReset());
});
afterEach(() => {
  vi.restoreAllMocks();
});

const UNREACHABLE = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'The database cannot be reached. Try again in a moment.',
};

describe('what people read when the database', () => {
  test('is not there', async () => {
    const { db, close } = connect('postgres://x:y@127.0.0.1:1/none');
    const owner = callerFor({ db, actor: { id: 'local', role: 'owner' } });
    await expect(owner.charts.list()).rejects.toMatchObject(UNREACHABLE);
    await close();
  });

  test('goes away in the middle, and comes back', async () => {
    const admin = postgres(server.url, { max: 1 });
    await server.owner.charts.list();
    await admin.begin(async (tx) => {
      await tx`lock table charts`;
      const waiting = expect(server.owner.charts.list()).rejects.toMatchObject(UNREACHABLE);
      await expect
        .poll(async () => {
          const sessions = await server.db.execute(
            sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return sessions.length;
        })
        .toBe(1);
      await waiting;
    });
    expect(await server.owner.charts.list()).toEqual([]);
    await admin.end();
  });

  test('is kept from answering by a lock', async () => {
    const admin = postgres(server.url, { max: 1 });
    await admin.begin(async (tx) => {
      await tx`lock table charts`;
      await expect(server.owner.charts.create({ name: 'A' })).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: 'The database took too long to answer. Nothing was changed; try again.',
      });
    });
    await admin.end();
    expect(await server.owner.charts.list()).toEqual([]);
  });

  test('finds a fault of ours: the text stays in the log', async () => {
    await server.db.execute(sql`alter table charts rename to hidden`);
    const error: Error = await server.owner.charts.list().catch((thrown) => thrown);
    await server.db.execute(sql`alter table hidden rename to charts`);
    expect(error).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something went wrong on the server; its log says what.',
    });
    expect(said).toHaveBeenCalledOnce();
  });
});
