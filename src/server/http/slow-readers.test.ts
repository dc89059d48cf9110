import { connect, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { charts } from '@/lib/db/schema';
import { exportsAtOnce } from '../exports/turns';
import { ownCharts } from '../testing';
import { webTests } from './testing';

const { database, http } = await webTests();

/** Of the ten connections that the app opens unless it is told otherwise. */
const MAX_EXPORTS = exportsAtOnce(10);
/** More than sockets and buffers on the way take up. */
const CANDLES = 400_000;
const [chart] = await database.db
  .insert(charts)
  .values({ name: 'A', timeframe: 60, candleCount: CANDLES })
  .returning({ id: charts.id });
await database.db.transaction(async (tx) => {
  // On a machine with much else to do it takes longer than a statement of the app may.
  await tx.execute(sql`set local statement_timeout = 0`);
  await tx.execute(sql`
    insert into candles (chart_id, time, open, high, low, close)
    select ${chart?.id}, to_timestamp(n * 60), 1, 2, 0.5, 1.5
    from generate_series(1, ${CANDLES}::int) n`);
});
await ownCharts(database.db);

const input = JSON.stringify({
  0: superjson.serialize({ format: 'bio-csv', chartIds: [chart?.id] }),
});
const PATH = `/api/trpc/exports.download?${new URLSearchParams({ batch: '1', input })}`;
const signedIn = () => ({
  authorization: `Bearer ${http.token}`,
  'trpc-accept': 'application/jsonl',
});

/** Asks for the file and reads none of it. */
function slowReader(): Socket {
  const socket = connect(Number(new URL(http.url).port), '127.0.0.1').pause();
  const headers = Object.entries({ host: http.host, ...signedIn() });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.on('error', () => {}).write(`GET ${PATH} HTTP/1.1\r\n${lines}\r\n`);
  return socket;
}

/** Transactions that wait for their readers. */
const waiting = async () => {
  const [row] = await database.db.execute<{ n: number }>(sql`
    select count(*)::int as n from pg_stat_activity where datname = current_database()
    and state = 'idle in transaction' and clock_timestamp() - state_change > interval '500 ms'`);
  return row?.n;
};
const inTransaction = () =>
  database.db.execute(sql`select from pg_stat_activity where datname = current_database()
    and pid <> pg_backend_pid() and xact_start is not null and backend_type = 'client backend'`);

test('exports whose readers are slow, or gone, leave the app its connections', async () => {
  const readers = Array.from({ length: 12 }, slowReader);
  await expect.poll(waiting, { timeout: 60_000 }).toBe(MAX_EXPORTS);
  const others = await http.ask('/api/trpc/charts.list', {
    authorization: signedIn().authorization,
  });
  expect(others.status).toBe(200);
  const more = await http.ask(PATH, signedIn());
  expect(more.body).toContain(`${MAX_EXPORTS} exports are under way already.`);

  for (const [i, reader] of readers.entries()) {
    if (i % 2) reader.resetAndDestroy();
    else reader.destroy();
  }
  await expect.poll(inTransaction, { timeout: 30_000 }).toHaveLength(0);
  const whole = await http.ask(PATH, signedIn());
  expect(whole.body.match(/,O,/g)).toHaveLength(CANDLES);
});

test.each([
  [1, 1],
  [4, 2],
  [10, 4],
  [50, 4],
])('of %i connections %i are for exports', (connections, exports) => {
  expect(exportsAtOnce(connections)).toBe(exports);
});
