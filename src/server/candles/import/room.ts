import { statfs } from 'node:fs/promises';
import { AppError } from '../../errors';
import type { TableSource } from '../files/table-source';

/** Bytes that candles take with their key and tiles for a byte of text, see docs/operations.md. */
const STORED = 3;
/** PostgreSQL writes what it stores into its log first, which it keeps below this. */
const LONGEST_LOG = 1e9;
/** How much longer packed text is once it is unpacked, and what PostgreSQL itself needs to go on. */
const UNPACKED = 5;
const SPARE = 32e6;
const PACKED = /\.(gz|zip|xlsx|parquet)$/i;

/**
 * Throws where the disk that holds `folder`, the database's data, has no room for what the files
 * will take: a full disk stops the whole database, which may then not start again.
 */
export async function requireRoom(folder: string, files: readonly TableSource[]): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const stored = files.reduce((sum, { fileName, totalBytes }) => {
    return sum + totalBytes * STORED * (PACKED.test(fileName) ? UNPACKED : 1);
  }, 0);
  const needed = stored + Math.min(stored, LONGEST_LOG) + SPARE;
  if (free >= needed) return;
  const names = files.map(({ fileName }) => fileName).join(', ');
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `${names} needs about ${megabytes(needed)} on the disk of the database, and ${megabytes(free)} are free. Nothing was changed; free some space and try again.`,
  );
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
