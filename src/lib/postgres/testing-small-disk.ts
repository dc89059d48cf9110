import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';

export type SmallDisk = { resize(size: string): void; unmount(): void };

/** Mounts a file system of `size` bytes (as `16m`) at `folder`, which takes root on Linux. */
export async function mountSmallDisk(folder: string, size: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  const shell = (command: string) => execFileSync('sh', ['-c', command, folder], { stdio: 'pipe' });
  try {
    shell(`mount -t tmpfs -o size=${size} tmpfs "$0"`);
  } catch (error) {
    throw new Error(
      `What happens on a full disk cannot be tested here: a tmpfs cannot be mounted. Run this test as root on Linux, in a container with --cap-add SYS_ADMIN.`,
      { cause: error },
    );
  }
  return {
    resize: (size) => void shell(`mount -o remount,size=${size} "$0"`),
    unmount: () => void shell('umount -l "$0"'),
  };
}
