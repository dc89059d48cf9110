import type { z } from 'zod';
import { testDatabase } from '@/lib/db/testing';
import type { Role } from './context';
import { appRouter, callerFor } from './root';
import type { Permission } from './trpc';

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
