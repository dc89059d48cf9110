import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { testDatabaseAdminUrl } from '../env';
import { connect, type Db } from '.';

/** The migrated database that tests copy; `prepareTemplate` makes it. */
export const TEMPLATE = 'candle_annotator_template';

/** A database of the caller's own, migrated and seeded; `close` drops it. */
export async function testDatabase(): Promise<{
  db: Db;
  url: string;
  close: () => Promise<void>;
}> {
  const adminUrl = testDatabaseAdminUrl();
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await admin`create database ${admin(name)} template ${admin(TEMPLATE)}`;
  const url = databaseUrl(adminUrl, name);
  const { db, close } = connect(url);
  return {
    db,
    url,
    async close() {
      await close();
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end({ timeout: 5 });
    },
  };
}

/** `adminUrl` with another database's name. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
