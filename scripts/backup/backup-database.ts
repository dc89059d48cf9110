import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describeDatabase } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { andThen } from './cleanup';
import { connectAlone, forPrograms } from './connection';
import { differences, type Fingerprint, takeFingerprint } from './fingerprint';
import { load } from './load';
import { findPrograms, type Programs } from './programs';
import { onScratchDatabase } from './scratch';
import { majorVersion } from './version';

export type Job = {
  url: string;
  file: string;
  /** Where downloaded programs are kept. */
  dataDir: string;
  say: (text: string) => void;
};

/**
 * Writes all that candle-annotator keeps in the database to `file`, and restores that on trial:
 * there is a `file` only if it gives back every table as it was.
 */
export async function backupDatabase({ url, file, dataDir, say }: Job): Promise<Fingerprint> {
  if (existsSync(file)) throw new Error(`${file} is there already. Name another file.`);
  const major = await majorVersion(url);
  const programs = await findPrograms(major, dataDir, say);
  const part = `${file}.part`;
  // Made first: whoever has it is alone in backing this database up.
  return await onScratchDatabase(url, async (scratchUrl) => {
    await makePrivate(part);
    return await andThen(
      async () => {
        say(`Writing ${describeDatabase(url)} to ${file}`);
        const wanted = await dump(url, part, programs);
        say('Restoring it on trial and comparing every table');
        const wrong = differences(wanted, await restoreOnTrial(part, scratchUrl, programs));
        if (wrong.length > 0) {
          throw new Error(
            [`The backup does not hold what the database does:`, ...wrong].join('\n'),
          );
        }
        await rename(part, file);
        return wanted;
      },
      () => rm(part, { force: true }),
    );
  });
}

/** Restores `file` into an empty database and tells what is there. */
export async function restoreOnTrial(
  file: string,
  scratchUrl: string,
  programs: Programs,
): Promise<Fingerprint> {
  // The roles that it grants to: a new server has none of them.
  await migrateDatabase(scratchUrl);
  await load(file, { url: scratchUrl, major: await majorVersion(scratchUrl) }, programs);
  const sql = connectAlone(scratchUrl);
  return await takeFingerprint(sql).finally(() => sql.end({ timeout: 5 }));
}

/** Both the dump and the fingerprint see the database at one moment, whoever writes meanwhile. */
async function dump(url: string, file: string, { pgDump }: Programs): Promise<Fingerprint> {
  const { dbname, env } = forPrograms(url);
  const sql = connectAlone(url);
  return (await andThen(
    () =>
      sql.begin('isolation level repeatable read read only', async (tx) => {
        const [row] = await tx<{ id: string }[]>`select pg_export_snapshot() as id`;
        const running = promisify(execFile)(
          pgDump,
          [
            ...['--format=custom', `--snapshot=${row?.id}`, '--schema=public', '--schema=drizzle'],
            ...['--file', file, '--dbname', dbname],
          ],
          { env },
        );
        await andThen(
          () => running,
          async () => running.child.kill(),
        ).catch((error: { stderr: string; message: string }) => {
          throw new Error(error.stderr.trim() || error.message);
        });
        return await takeFingerprint(tx);
      }),
    () => sql.end({ timeout: 5 }),
  )) as Fingerprint;
}

/** It holds everything, so it is for its owner's eyes. */
async function makePrivate(file: string) {
  await rm(file, { force: true });
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written (${cause.code}).`, { cause });
  });
  await handle.close();
}
