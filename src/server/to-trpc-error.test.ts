import { readFile } from 'node:fs/promises';
import { TRPCError } from '@trpc/server';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '@/lib/db';
import { openClient } from '@/lib/db/connection';
import { callerFor } from './root';
import { serverTests } from './testing';
import { toTrpcError } from './to-trpc-error';

const server = await serverTests();

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

  test('has no address any more', async () => {
    const { db, close } = connect('postgres://x:y@nowhere.invalid/none');
    const owner = callerFor({ db, actor: { id: 'local', role: 'owner' } });
    await expect(owner.charts.list()).rejects.toMatchObject(UNREACHABLE);
    await close();
  });

  test('has been given another password, or another name', async () => {
    for (const [change, message] of [
      [(url: URL) => Object.assign(url, { password: 'old' }), /does not let the app in/],
      [(url: URL) => Object.assign(url, { pathname: '/old' }), /is not there any more/],
    ] as const) {
      const { db, close } = connect(change(new URL(server.url)).href);
      const owner = callerFor({ db, actor: { id: 'local', role: 'owner' } });
      const error = await owner.charts.list().catch((thrown) => thrown);
      expect(error).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: expect.stringMatching(message),
      });
      await close();
    }
  });

  test('takes no changes', async () => {
    const name = new URL(server.url).pathname.slice(1);
    const admin = postgres(server.url, { max: 1 });
    const setTo = (value: string) =>
      admin.unsafe(`alter database "${name}" set default_transaction_read_only to ${value}`);
    await setTo('on');
    const { db, close } = connect(server.url);
    const owner = callerFor({ db, actor: { id: 'local', role: 'owner' } });
    const made = owner.charts.create({ name: 'A' });
    await expect(made).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringContaining('The database is read-only'),
    });
    expect(await owner.charts.list()).toEqual([]);
    await close();
    await admin`set default_transaction_read_only to off`;
    await setTo('off');
    await admin.end();
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

  test.each([
    [
      '53100',
      'The disk of the database is full. Nothing was changed; free some space and try again.',
    ],
    ['53200', 'The database is out of memory. Nothing was changed; try again in a moment.'],
    ['53300', 'The database has no connection left. Nothing was changed; try again in a moment.'],
    [
      '53400',
      'This takes more than the database lets one session use. Nothing was changed; ask for less.',
    ],
    [
      '42501',
      'The database does not let the app do this: the role of its DATABASE_URL has to own the tables. Nothing was changed; the log says what it may not.',
    ],
  ])('has run out of something, or forbids it (%s)', async (state, message) => {
    await server.db.execute(sql`create function exhausted() returns trigger language plpgsql as
      ${sql.raw(`$$ begin raise exception 'exhausted' using errcode = '${state}'; end $$`)}`);
    await server.db.execute(sql`create trigger exhausted before insert on charts
      execute function exhausted()`);
    const made = server.owner.charts.create({ name: 'A' });
    await expect(made).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', message });
    expect(said).toHaveBeenCalledOnce();
    await server.db.execute(sql`drop function exhausted cascade`);
  });

  test('is asked by pg, whose lost connections have no code', async () => {
    const client = await openClient(server.url, { applicationName: 'lost' });
    const asked = client.query('select pg_sleep(10)').catch((error) => error);
    await server.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'lost'`);
    const errors = [await asked, await client.query('select 1').catch((error) => error)];
    for (const cause of errors) {
      const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });
      expect(toTrpcError(error)).toMatchObject(UNREACHABLE);
    }
  });

  test('has nothing to do with a file that is not there', async () => {
    const cause = await readFile('/nowhere/at/all').catch((error) => error);
    expect(toTrpcError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }))).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
    const socket = await openClient('postgres://a:b@localhost/c?host=/nowhere', {
      applicationName: 'none',
    }).catch((error) => error);
    const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: socket });
    expect(toTrpcError(error)).toMatchObject(UNREACHABLE);
  });

  test('has the tables of another version', async () => {
    await server.db.execute(sql`alter table charts rename column symbol to hidden`);
    const error: Error = await server.owner.charts.list().catch((thrown) => thrown);
    await server.db.execute(sql`alter table charts rename column hidden to symbol`);
    expect(error).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringContaining('run npm run db:migrate'),
    });
    expect(said.mock.calls).toEqual([['column "symbol" does not exist (42703)']]);
  });

  test('finds a fault of ours: the text stays in the log', async () => {
    await server.db.execute(sql`create function fault() returns trigger language plpgsql
      as $$ begin raise 'of ours'; end $$`);
    await server.db.execute(sql`create trigger fault before insert on charts
      for each row execute function fault()`);
    const error: Error = await server.owner.charts.create({ name: 'x' }).catch((thrown) => thrown);
    await server.db.execute(sql`drop function fault cascade`);
    expect(error).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'Something went wrong on the server; its log says what.',
    });
    expect(said).toHaveBeenCalledOnce();
  });
});
