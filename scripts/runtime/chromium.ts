import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { ROOT } from './root';
import { runInForeground } from './run-in-foreground';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ADVICE =
  'Install Chromium or Chrome, run npx playwright install chromium, or set CHROMIUM_PATH to the browser.';

/** How tests and benchmarks start it: alone with them. */
export const CHROMIUM_ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  // Chromium has no sandbox for root.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** A Chromium for the browser tests: CHROMIUM_PATH, the system's or Playwright's own. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`CHROMIUM_PATH is ${given}, and there is no such file.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...paths, chromium.executablePath()].find((path) => existsSync(path));
}

/** As `findChromium`; under root on Debian the system's package is installed when there is none. */
export async function installChromium(): Promise<string> {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0 || !(await isDebian())) {
    throw new Error(`no Chromium was found. ${ADVICE}`);
  }
  console.log('No Chromium was found: installing the package chromium.');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const code = await runInForeground(['apt-get', ...args], ROOT, env);
    if (code !== 0) throw new Error(`apt-get ${args[0]} failed (exit code ${code}). ${ADVICE}`);
  }
  const installed = findChromium();
  if (!installed) throw new Error(`the package chromium brought no Chromium. ${ADVICE}`);
  return installed;
}

async function isDebian(): Promise<boolean> {
  return (
    existsSync('/etc/os-release') && /^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8'))
  );
}
