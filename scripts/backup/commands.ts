import { defineCommand } from '../cli/command';
import { pathFromCaller } from '../cli/path';
import { count } from '../cli/progress';
import type { Job } from './backup-database';
import type { Fingerprint } from './fingerprint';

const operands = { atLeast: 1, atMost: 1, expected: 'Name one file.' };

export const backupCommand = defineCommand({
  usage: `Usage: npm run backup -- FILE

Writes everything that is in the database, the one at DATABASE_URL or the built-in one, to FILE in
pg_dump's custom format, and restores it on trial to prove it. The app may go on running.`,
  options: {},
  operands,
  async run(_, [file = '']) {
    const { backupDatabase } = await import('./backup-database');
    const tables = await withDatabase(file, backupDatabase);
    console.log(`The backup is in ${file}, and restoring it gives back every table as it was:`);
    printRows(tables);
  },
});

export const restoreCommand = defineCommand({
  usage: `Usage: npm run restore -- FILE [--overwrite]

Puts a backup into the database, the one at DATABASE_URL or the built-in one. It all happens or
nothing does.

  --overwrite   replace the data that the database holds`,
  options: { overwrite: { type: 'boolean' } },
  operands,
  async run({ overwrite }, [file = '']) {
    const { restoreDatabase } = await import('./restore-database');
    const tables = await withDatabase(file, (job) => restoreDatabase({ ...job, overwrite }));
    console.log(`Restored ${file}:`);
    printRows(tables);
  },
});

/** Does `work` on the database that the environment names, and tidies up whatever ends it. */
async function withDatabase(
  file: string,
  work: (job: Job) => Promise<Fingerprint>,
): Promise<Fingerprint> {
  const [{ andThen, cleanUpWhenTold }, { openDatabase }, { loadSettings }] = await Promise.all([
    import('./cleanup'),
    import('../runtime/open-database'),
    import('../runtime/settings'),
  ]);
  cleanUpWhenTold();
  const { DATA_DIR: dataDir } = loadSettings();
  const { url, close } = await openDatabase();
  const job = { url, file: pathFromCaller(file), dataDir, say: console.log };
  return await andThen(() => work(job), close);
}

function printRows(tables: Fingerprint): void {
  for (const [name, { rows }] of tables) {
    if (rows > 0) console.log(`${count(rows).padStart(14)} ${name}`);
  }
}
