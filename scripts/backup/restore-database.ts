import { stat } from 'node:fs/promises';
import { describeDatabase } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import type { Job } from './backup-database';
import { restoreOnTrial } from './backup-database';
import { findExistingData, isMigrated } from './existing-data';
import type { Fingerprint } from './fingerprint';
import { load } from './load';
import { findPrograms } from './programs';
import { onScratchDatabase } from './scratch';
import { majorVersion } from './version';

/**
 * Puts the backup in `file` in the place of what the database holds. It is restored on trial first,
 * so a file that is broken or of a newer version changes nothing.
 */
export async function restoreDatabase({
  url,
  file,
  dataDir,
  say,
  overwrite,
}: Job & { overwrite: boolean }): Promise<Fingerprint> {
  const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${cause.code}).`, { cause });
  });
  if (size === 0) throw new Error(`${file} is empty.`);
  const major = await majorVersion(url);
  const existingData = await findExistingData(url);
  if (existingData.length > 0 && !overwrite) {
    throw new Error(
      `The database ${describeDatabase(url)} holds data: ${existingData.join(', ')}. Nothing was changed. Back it up, then add --overwrite to replace it all.`,
    );
  }
  const programs = await findPrograms(major, dataDir, say);
  say(`Restoring ${file} on trial`);
  const found = await onScratchDatabase(url, async (scratchUrl) => {
    const fingerprint = await restoreOnTrial(file, scratchUrl, programs);
    if (!fingerprint.has('public.charts')) {
      throw new Error(`${file} is no backup of candle-annotator.`);
    }
    await migrateDatabase(scratchUrl);
    return fingerprint;
  });
  say(`Restoring it into ${describeDatabase(url)}`);
  // The roles that the backup grants to.
  if (!(await isMigrated(url))) await migrateDatabase(url);
  await load(file, { url, major }, programs);
  await migrateDatabase(url);
  return found;
}
