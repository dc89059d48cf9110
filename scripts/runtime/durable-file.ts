import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes what everything else depends on, for this user alone: `file` holds all of `text` or is as
 * it was, also after the disk was full or the power went away meanwhile.
 */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  const written = await open(draft, 'w', 0o600);
  try {
    await written.writeFile(text);
    await written.sync();
  } finally {
    await written.close();
  }
  await rename(draft, file);
  await syncFolder(dirname(file));
}

/** So that the name is kept as well; Windows opens no folder. */
async function syncFolder(path: string) {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
