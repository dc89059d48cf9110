import { createHash } from 'node:crypto';
import { type FileHandle, lstat, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_UPLOAD } from '@/contract/uploads';
import { env } from '@/lib/env';
import { makeFolder } from '@/lib/make-folder';
import { AppError } from '../errors';

const folder = () => env().UPLOADS_FOLDER ?? join(tmpdir(), 'candle-annotator-uploads');
/** One that nothing was added to for so long is abandoned. */
const KEPT_MS = 24 * 3600 * 1000;
/** Of all uploads together; two of the largest. */
const MOST_BYTES = 2 * MAX_UPLOAD;
/** What else needs room on the same disk has this much at least. */
const LEFT_FREE = 2 ** 30;

/** An upload belongs to who began it: the same id from somebody else is another file. */
export type Upload = { uploadId: string; actorId: string };

/**
 * Appends a chunk to an upload and answers the bytes there are now. Sending the last chunk again
 * changes nothing.
 */
export async function appendChunk(
  upload: Upload,
  offset: number,
  chunk: Uint8Array,
): Promise<number> {
  await prepareFolder();
  if (offset === 0) await sweepUploads();
  const file = await openUpload(upload, offset);
  try {
    const { size } = await file.stat();
    if (offset + chunk.length === size && (await holds(file, offset, chunk))) return size;
    if (offset !== size) {
      throw new AppError(
        'BAD_REQUEST',
        `This upload has ${size} bytes: the next chunk starts there, not at ${offset}.`,
      );
    }
    await requireRoom(chunk.length);
    await file.write(chunk, 0, chunk.length, offset);
    return offset + chunk.length;
  } finally {
    await file.close();
  }
}

/** Where the upload's bytes are. Throws a NOT_FOUND when there are none. */
export async function findUpload(upload: Upload): Promise<string> {
  const path = pathOf(upload);
  const found = await stat(path).catch(ignoreMissing);
  if (!found) {
    throw new AppError('NOT_FOUND', 'This upload is not there any more. Choose the file again.');
  }
  return path;
}

/** What cannot be removed now is after a day: what was stored of it is stored all the same. */
export async function discardUpload(upload: Upload): Promise<void> {
  await rm(pathOf(upload), { force: true }).catch((error: unknown) => {
    console.error('an upload could not be removed', error);
  });
}

/** A hash, as neither a user's id nor anything else that came over the wire becomes a path. */
function pathOf({ uploadId, actorId }: Upload): string {
  const hash = createHash('sha256').update(`${actorId}\0${uploadId.toLowerCase()}`).digest('hex');
  return join(folder(), hash);
}

/** Others on this machine may write to the folder above it, so its owner and mode are checked. */
async function prepareFolder() {
  await makeFolder(folder(), 0o700);
  const found = await lstat(folder());
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  const isPrivate = process.getuid === undefined || (found.mode & 0o077) === 0;
  if (!found.isDirectory() || !isOurs || !isPrivate) {
    throw new Error(`${folder()} must be a folder that only this user can enter: remove it`);
  }
}

async function openUpload(upload: Upload, offset: number): Promise<FileHandle> {
  const path = pathOf(upload);
  const file = await open(path, 'r+').catch(ignoreMissing);
  if (file) return file;
  if (offset > 0) await findUpload(upload);
  return open(path, 'wx+', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return open(path, 'r+');
    throw error;
  });
}

async function holds(file: FileHandle, offset: number, chunk: Uint8Array): Promise<boolean> {
  const there = Buffer.alloc(chunk.length);
  await file.read(there, 0, chunk.length, offset);
  return there.equals(chunk);
}

/** Throws a sentence where there is no room for so many bytes more. */
async function requireRoom(bytes: number) {
  const sizes = await Promise.all(
    (await readdir(folder())).map((name) => stat(join(folder(), name)).catch(ignoreMissing)),
  );
  const used = sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  const { bavail, bsize } = await statfs(folder());
  const what =
    used + bytes > MOST_BYTES
      ? `The ${MOST_BYTES / 2 ** 30} GiB that uploads may take are used up.`
      : bavail * bsize - bytes < LEFT_FREE && 'The disk that uploads go to is nearly full.';
  if (!what) return;
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `${what} Finish or cancel another import first, or import by the command line; abandoned uploads go after a day.`,
  );
}

/** Removes abandoned uploads. */
export async function sweepUploads(): Promise<void> {
  for (const name of (await readdir(folder()).catch(ignoreMissing)) ?? []) {
    const path = join(folder(), name);
    const found = await stat(path).catch(ignoreMissing);
    if (found && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
