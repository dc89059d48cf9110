import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scripts } from '../../package.json';
import { ROOT } from '../runtime/root';

/** A checkout of its own, since other tests write into this one. */
let checkout: string;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'candle-annotator-home-'));
  checkout = await mkdtemp(join(tmpdir(), 'candle-annotator-checkout-'));
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: ROOT, maxBuffer: 1e8 },
  );
  for (const file of stdout.split('\0').filter(Boolean)) {
    await cp(join(ROOT, file), join(checkout, file)).catch(passIfGone);
  }
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
});
afterAll(async () => {
  await rm(checkout, { recursive: true });
  await rm(home, { recursive: true });
});

const passIfGone = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
};

/** Runs a script of package.json as npm does. */
async function run(name: keyof typeof scripts, option: string) {
  const { DATABASE_URL: _, DIRECT_DATABASE_URL: __, ...environment } = process.env;
  const env = {
    ...environment,
    PATH: [join(checkout, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    HOME: home,
    CI: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    NO_COLOR: '1',
  };
  return await promisify(execFile)('sh', ['-c', `${scripts[name]} ${option}`], {
    cwd: checkout,
    env,
    timeout: 60_000,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** Every file of the checkout with its time and size. */
async function contents(): Promise<string[]> {
  const entries = await readdir(checkout, { recursive: true, withFileTypes: true });
  const described = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs, size } = await stat(path);
    return entry.isDirectory() ? path : `${path} ${mtimeMs} ${size}`;
  });
  return (await Promise.all(described)).sort();
}

describe.each(Object.keys(scripts) as (keyof typeof scripts)[])('npm run %s', (name) => {
  it('answers --help, and does nothing else', async () => {
    const before = await contents();
    const { code, stdout } = await run(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/usage/i);
    expect(await contents()).toEqual(before);
  });

  it('refuses an option that it does not know, and does nothing else', async () => {
    const before = await contents();
    const { code, stdout, stderr } = await run(name, '--no-such-option');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/--no-such-option/);
    expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(await contents()).toEqual(before);
  });
});
