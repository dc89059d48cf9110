import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorReason } from '@/lib/error-reason';
import { openDatabase } from '../runtime/open-database';
import { readSettings } from '../runtime/settings';
import type { Job } from './backup-database';
import { andThen, cleanUpWhenTold } from './cleanup';
import type { Fingerprint } from './fingerprint';

type Command<Flag extends string> = {
  usage: string;
  flags: readonly Flag[];
  run(job: Job, flags: Record<Flag, boolean>): Promise<Fingerprint>;
  done(file: string): string;
};

/** Runs a command that takes FILE and works on the database that the environment names. */
export async function runCommand<Flag extends string>(command: Command<Flag>): Promise<void> {
  const args = readArguments(command);
  if (!args) {
    process.exitCode = 1;
    return;
  }
  cleanUpWhenTold();
  // npm runs scripts in the project's folder, whichever one it was called in.
  const file = resolve(process.env.INIT_CWD ?? '', args.file);
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const { DATA_DIR: dataDir } = readSettings(process.env);
    const database = await openDatabase(process.env);
    const tables = await andThen(
      () => command.run({ url: database.url, file, dataDir, say: console.log }, args.flags),
      () => database.close(),
    );
    console.log(command.done(file));
    for (const [name, { rows }] of tables) {
      if (rows > 0) console.log(`${rows.toLocaleString('en').padStart(14)} ${name}`);
    }
  } catch (error) {
    console.error(errorReason(error));
    process.exitCode = 1;
  }
}

function readArguments<Flag extends string>({ flags, usage }: Command<Flag>) {
  try {
    const options = Object.fromEntries(
      flags.map((flag) => [flag, { type: 'boolean' as const, default: false }]),
    );
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [file, ...others] = positionals;
    if (file && others.length === 0) return { file, flags: values as Record<Flag, boolean> };
    console.error(usage);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
  }
  return undefined;
}
