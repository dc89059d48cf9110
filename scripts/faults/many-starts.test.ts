import { createTRPCClient, httpLink } from '@trpc/client';
import { expect, onTestFinished, test } from 'vitest';
import { transformer } from '@/contract/transformer';
import { connect } from '@/lib/db';
import { freePort } from '@/lib/postgres/free-port';
import type { AppRouter } from '@/server/root';
import { callerFor } from '@/server/root';
import { startServerProcess } from '@/server/testing-process';
import { IS_LONG } from './testing/length';
import { olderDatabase } from './testing/older-database';

const INSTANCES = 8;
const EMPTY = Number.POSITIVE_INFINITY;

async function olderWithRows(missing: number) {
  const database = await olderDatabase(missing);
  onTestFinished(() => database.close());
  if (missing === EMPTY) return database;
  await database.sql`insert into charts (name) values ('of the version before')`;
  await database.sql`insert into chart_members (chart_id, user_id, role)
    select id, 'local', 'owner' from charts on conflict do nothing`;
  return database;
}

/** Applies the migrations and serves, as each instance behind a load balancer does. */
async function startInstance(url: string) {
  const port = await freePort();
  const server = await startServerProcess(url, port, { migrates: true });
  onTestFinished(() => server.kill());
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `http://127.0.0.1:${port}/api/trpc`, transformer })],
  });
}

test.each<[string, number, string[]]>([
  ['with the schema of the version before', 1, ['of the version before']],
  ...(IS_LONG ? [['that is empty', EMPTY, []] as [string, number, string[]]] : []),
])(
  `${INSTANCES} that start together on a database %s all serve, each migration applied once`,
  async (_, missing, charts) => {
    const database = await olderWithRows(missing);
    const started = await Promise.all(
      Array.from({ length: INSTANCES }, () => startInstance(database.url)),
    );
    for (const client of started) {
      expect((await client.charts.list.query()).map(({ name }) => name)).toEqual(charts);
    }
    const applied = await database.sql`select hash from drizzle.__drizzle_migrations`;
    expect(applied).toHaveLength(database.migrations);
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(database.migrations);
  },
  120_000,
);

test('on a database without its tables the server says what to do, and harms nothing', async () => {
  const database = await olderDatabase(EMPTY);
  onTestFinished(() => database.close());
  const own = connect(database.url);
  onTestFinished(() => own.close());
  const owner = callerFor({ db: own.db, actor: { id: 'local', role: 'owner' } });
  await expect(owner.charts.list()).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: expect.stringContaining('npm run db:migrate'),
  });
});
