import { runCommand } from './backup/command';
import { restoreDatabase } from './backup/restore-database';

await runCommand({
  usage: `Usage: npm run restore -- FILE [--overwrite]

Puts a backup into the database, the one at DATABASE_URL or the built-in one. It all happens or
nothing does.

  --overwrite   replace the data that the database holds`,
  flags: ['overwrite'],
  run: (job, { overwrite }) => restoreDatabase({ ...job, overwrite }),
  done: (file) => `Restored ${file}:`,
});
