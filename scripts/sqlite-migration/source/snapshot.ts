import { createHash } from 'node:crypto';
import { mkdtemp, open, realpath, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { abandonedFolders } from '@/lib/abandoned-folders';
import { Failure } from '../../cli/failure';
import { findHolders } from './in-use';

export type SourceFile = { path: string; bytes: number; sha256: string };

/** A private copy of a user's SQLite file, which itself is only read, and never opened by SQLite. */
export type Snapshot = {
  /** The file as the user knows it, and what lies beside it and belongs to it. */
  files: SourceFile[];
  /** Names the content: the file's SHA-256, or one over it and its -wal or -journal. */
  hash: string;
  copy: string;
  folder: string;
  /** Whether the user's files still are what was copied. */
  isUnchanged(): Promise<boolean>;
  /** The same at a glance, by size and time. */
  looksUnchanged(): Promise<boolean>;
  remove(): Promise<void>;
};

const HEADER_BYTES = 100;
const ENCODING_AT = 56;
const UTF_8 = 1;
const MAGIC = 'SQLite format 3\0';
/** -shm only says where in the -wal things are, for processes that have it open. */
const COMPANIONS = ['-wal', '-journal'];
const WATCH_MS = 2_000;
const ATTEMPTS = 3;
const PIECE_BYTES = 1 << 18;
const SPARE_BYTES = 64 << 20;
const PREFIX = 'candle-annotator-migrate-';

/** `stopped`: the user says that the old app is not running. */
export async function takeSnapshot(path: string, stopped: boolean): Promise<Snapshot> {
  const file = await checkFile(path);
  if (!stopped) await refuseIfInUse(file);
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await checkSpace(file, folder);
    const seen = JSON.stringify(await listFiles(file));
    const files = await copyUnchanged(file, folder, stopped ? ATTEMPTS : 1);
    const isUnchanged = async () => {
      const now = await hashAll(file).catch(() => []);
      return JSON.stringify(now) === JSON.stringify(files);
    };
    const looksUnchanged = async () => JSON.stringify(await listFiles(file)) === seen;
    const copy = copyOf(folder, '');
    return { files, hash: nameOf(files), copy, folder, isUnchanged, looksUnchanged, remove };
  } catch (error) {
    await remove();
    throw refuseFull(error);
  }
}

/** What to throw when something could not be written beside the private copy. */
export function refuseFull(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (!code || !['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return error;
  return new Failure(
    `The private copy does not fit into ${tmpdir()} (${code}). Set TMPDIR to a folder with room.`,
  );
}

async function checkFile(path: string): Promise<string> {
  try {
    const file = await realpath(resolve(path));
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0);
      if (bytesRead === 0) throw new Failure(`${path} is empty: there is nothing to move.`);
      if (buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) {
        throw new Failure(
          `${path} is not a SQLite database. The old app kept its data in candles.db.`,
        );
      }
      if (buffer.readUInt32BE(ENCODING_AT) > UTF_8) {
        throw new Failure(
          `${path} keeps its texts as UTF-16, which the old app never did. Write it anew with “sqlite3 candles.db .dump | sqlite3 utf8.db” and move that.`,
        );
      }
    } finally {
      await handle.close();
    }
    return file;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Failure(`There is no file ${path}.`);
    if (code === 'EISDIR')
      throw new Failure(`${path} is a folder. Name the file in it: candles.db.`);
    if (code === 'EACCES') throw new Failure(`${path} may not be read by this user.`);
    throw error;
  }
}

async function refuseIfInUse(file: string) {
  const holders = await findHolders([file, ...COMPANIONS.map((end) => file + end)]);
  const [first] = holders;
  if (first) {
    throw new Failure(
      `${file} is open in process ${first.pid} (${first.command}). Stop the old app and start again; if that process is not it, add --yes.`,
    );
  }
  const before = await listFiles(file);
  await sleep(WATCH_MS);
  if (JSON.stringify(before) !== JSON.stringify(await listFiles(file))) throw stillChanging(file);
}

const stillChanging = (file: string) =>
  new Failure(`${file} is being written to. Stop the old app and start again.`);

/** The file and those beside it that hold something. */
async function listFiles(file: string) {
  const found = [];
  for (const end of ['', ...COMPANIONS]) {
    const info = await stat(file + end).catch(() => null);
    if (info?.size) found.push({ end, path: file + end, bytes: info.size, changed: info.mtimeMs });
  }
  return found;
}

async function checkSpace(file: string, folder: string) {
  const files = await listFiles(file);
  // SQLite writes what the -wal holds into the copy once more.
  const needed = files.reduce((sum, { bytes, end }) => sum + (end ? 2 : 1) * bytes, SPARE_BYTES);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < needed) {
    throw new Failure(
      `${tmpdir()} has ${megabytes(bavail * bsize)} free and the private copy takes ${megabytes(needed)}. Set TMPDIR to a folder with room.`,
    );
  }
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

async function copyUnchanged(
  file: string,
  folder: string,
  attempts: number,
): Promise<SourceFile[]> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const copied: SourceFile[] = [];
    for (const end of ['', ...COMPANIONS]) await rm(copyOf(folder, end), { force: true });
    for (const { path, end } of await listFiles(file)) {
      copied.push(await hashFile(path, copyOf(folder, end)));
    }
    if (JSON.stringify(copied) === JSON.stringify(await hashAll(file))) return copied;
  }
  throw stillChanging(file);
}

const copyOf = (folder: string, end: string) => join(folder, `copy.db${end}`);

async function hashAll(file: string): Promise<SourceFile[]> {
  const hashes = [];
  for (const { path } of await listFiles(file)) hashes.push(await hashFile(path));
  return hashes;
}

/**
 * Hashes a file, and copies it in the same pass when `copy` says where to. While a piece is hashed
 * the next one is read.
 */
async function hashFile(path: string, copy?: string): Promise<SourceFile> {
  const hash = createHash('sha256');
  const source = await open(path);
  const out = copy ? await open(copy, 'wx', 0o600) : undefined;
  let [buffer, other] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
  let bytes = 0;
  try {
    let reading = source.read(buffer, 0, PIECE_BYTES, 0);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return { path, bytes, sha256: hash.digest('hex') };
      bytes += bytesRead;
      const piece = buffer.subarray(0, bytesRead);
      [buffer, other] = [other, buffer];
      reading = source.read(buffer, 0, PIECE_BYTES, bytes);
      const written = out?.appendFile(piece);
      hash.update(piece);
      await written;
    }
  } finally {
    await source.close();
    await out?.close();
  }
}

function nameOf(files: SourceFile[]): string {
  const [only, ...rest] = files.map((file) => file.sha256);
  if (only && rest.length === 0) return only;
  return createHash('sha256')
    .update([only, ...rest].join('\n'))
    .digest('hex');
}

/** A run that was killed leaves its copy behind. */
async function removeAbandoned() {
  for (const path of await abandonedFolders(PREFIX))
    await rm(path, { recursive: true, force: true });
}
