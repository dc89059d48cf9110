import { sql } from 'drizzle-orm';
import { afterAll } from 'vitest';
import type { z } from 'zod';
import type { Tx } from '@/lib/db';
import { testDatabase } from '@/lib/db/testing';
import type { Role } from './context';
import type { Permission } from './permissions';
import { appRouter, callerFor } from './root';
import { type ChartScope, LOCAL_SCOPE } from './scope';

/** The procedures on a database of the test's own, called without HTTP by whoever is named. */
export async function testServer() {
  const database = await testDatabase();
  const as = (role: Role) => callerFor({ db: database.db, actor: { id: 'local', role } });
  return {
    ...database,
    as,
    owner: as('owner'),
    signedOut: callerFor({ db: database.db, actor: null }),
  };
}
export type TestServer = Awaited<ReturnType<typeof testServer>>;

/** The same, for as long as the tests of the file run that calls this. */
export async function serverTests(): Promise<TestServer> {
  const server = await testServer();
  afterAll(() => server.close());
  return server;
}

/** All that the local user may do with a chart. */
export const scopeOf = (chartId: number): ChartScope => ({ ...LOCAL_SCOPE, chartId });

/** Makes the local user the owner of charts that were made by SQL. */
export const ownCharts = (db: Tx) =>
  db.execute(sql`
    insert into chart_members (chart_id, user_id, role) select id, 'local', 'owner' from charts
    on conflict do nothing`);

type Definition = {
  type: 'query' | 'mutation' | 'subscription';
  meta?: { permission?: Permission };
  inputs: z.core.$ZodType[];
};
/** Every procedure, as its router defines it. */
export const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: Definition }>,
).map(([path, { _def }]) => ({ path, ..._def }));

/** Calls a procedure by its path. */
export function call(caller: TestServer['owner'], path: string, input: unknown): Promise<unknown> {
  const [domain, name] = path.split('.');
  const routers = caller as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  const procedure = routers[domain ?? '']?.[name ?? ''];
  if (!procedure) throw new Error(`no procedure ${path}`);
  return procedure(input);
}
