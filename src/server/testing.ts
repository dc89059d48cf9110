import { testDatabase } from '@/lib/db/testing';
import type { Role } from './context';
import { callerFor } from './root';

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
