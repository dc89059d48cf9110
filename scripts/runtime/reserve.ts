import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from './log';

/** Enough for PostgreSQL to recover and to go on for a while; it starts with less than this free. */
const RESERVE_BYTES = 64 * 2 ** 20;
/** With less free than this the reserve would take what the database needs. */
const ROOMY_BYTES = 4 * RESERVE_BYTES;

const reserveOf = (dataDir: string) => join(dataDir, 'reserve');

async function freeOn(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize;
}

/**
 * Before anything else is written: where the disk is full, its reserve is given up, as PostgreSQL
 * cannot start without room, and neither space can be freed in it.
 */
export async function releaseReserve(dataDir: string): Promise<void> {
  const reserve = reserveOf(dataDir);
  if (!existsSync(reserve) || (await freeOn(dataDir)) >= RESERVE_BYTES) return;
  await rm(reserve, { force: true });
  const left = Math.floor((await freeOn(dataDir)) / 1e6);
  log(
    'database',
    `the disk of ${dataDir} was full: its reserve was given up so that PostgreSQL starts, ${left} MB are free now. Free some space soon`,
  );
}

/** Makes the reserve where there is room for it again. */
export async function keepReserve(dataDir: string): Promise<void> {
  const reserve = reserveOf(dataDir);
  if (existsSync(reserve) || (await freeOn(dataDir)) < ROOMY_BYTES) return;
  const file = await open(`${reserve}.new`, 'w', 0o600);
  try {
    // Written rather than left out, and of bytes that no file system packs: it has to take its place.
    const block = randomBytes(2 ** 20);
    for (let written = 0; written < RESERVE_BYTES; written += block.length) await file.write(block);
  } finally {
    await file.close();
  }
  await rename(`${reserve}.new`, reserve);
}
