import { migrateDatabase } from '@/lib/db/migrate';
import { env } from '@/lib/env';

try {
  const url = env().DIRECT_DATABASE_URL ?? env().DATABASE_URL;
  const { host, pathname } = new URL(url);
  console.log(`Migrating the database ${pathname.slice(1)} on ${host} …`);
  const { applied } = await migrateDatabase(url);
  console.log(applied === 0 ? 'It was up to date.' : `Applied ${applied} migration(s).`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error('Nothing was changed.');
  process.exitCode = 1;
}
