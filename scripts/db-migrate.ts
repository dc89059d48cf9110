import { describeDatabase } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { setRoleDefaults } from '@/lib/db/role-defaults';
import { env } from '@/lib/env';
import { errorReason } from '@/lib/error-reason';

try {
  const url = env().DIRECT_DATABASE_URL ?? env().DATABASE_URL;
  console.log(`Migrating the database ${describeDatabase(url)} …`);
  const { applied } = await migrateDatabase(url);
  console.log(applied === 0 ? 'It was up to date.' : `Applied ${applied} migration(s).`);
  await setRoleDefaults(env().DATABASE_URL, url);
} catch (error) {
  console.error(errorReason(error));
  process.exitCode = 1;
}
