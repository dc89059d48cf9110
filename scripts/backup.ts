import { backupDatabase } from './backup/backup-database';
import { runCommand } from './backup/command';

await runCommand({
  usage: `Usage: npm run backup -- FILE

Writes everything that is in the database, the one at DATABASE_URL or the built-in one, to FILE in
pg_dump's custom format, and restores it on trial to prove it. The app may go on running.`,
  flags: [],
  run: backupDatabase,
  done: (file) => `The backup is in ${file}, and restoring it gives back every table as it was:`,
});
