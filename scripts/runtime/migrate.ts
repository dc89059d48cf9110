import { describeDatabase } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { setRoleDefaults } from '@/lib/db/role-defaults';
import { openDatabase } from './open-database';

/** Brings the tables of the environment's database up to date, and says what was done. */
export async function migrate(): Promise<void> {
  const { url, appUrl, close } = await openDatabase();
  try {
    console.log(`Migrating the database ${describeDatabase(url)} …`);
    const { applied } = await migrateDatabase(url);
    console.log(applied === 0 ? 'It was up to date.' : `Applied ${applied} migration(s).`);
    await setRoleDefaults(appUrl, url);
  } finally {
    await close();
  }
}
