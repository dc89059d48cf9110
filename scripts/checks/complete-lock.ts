import { readFile, writeFile } from 'node:fs/promises';
import { defineCommand } from '../cli/command';

type Entry = {
  version?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
};

const SYSTEMS = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/;
const PROCESSORS = /\b(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)\b/;

type Packages = Record<string, Entry>;

export const completeLockCommand = defineCommand({
  usage: `Usage: npx tsx scripts/complete-lock.ts

npm ci wants the packages of every platform in package-lock.json, and a registry mirror may lack
those of platforms that it does not serve: npm install then leaves them out. This adds them to the
file by name and version.`,
  options: {},
  async run() {
    const lock: { packages: Packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));
    const added = addMissing(lock.packages);
    lock.packages = Object.fromEntries(
      Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    await writeFile('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`Added ${added.length} packages: ${added.join(', ')}`);
  },
});

function addMissing(packages: Packages): string[] {
  const added: string[] = [];
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      if (isThere(packages, path, name)) continue;
      packages[`node_modules/${name}`] = {
        version: range.replace(/^\D+/, ''),
        ...(dev ? { dev } : {}),
        ...platform(name),
      };
      added.push(name);
    }
  }
  return added;
}

/** As Node.js looks for `name` from the package at `path`. */
function isThere(packages: Packages, path: string, name: string): boolean {
  for (let at = path; ; at = at.replace(/(^|\/)node_modules\/(?!.*node_modules\/).*$/, '')) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}

function platform(name: string) {
  const [, os] = SYSTEMS.exec(name) ?? [];
  const [, cpu] = PROCESSORS.exec(name) ?? [];
  const libc = os === 'linux' && (name.includes('musl') ? 'musl' : name.includes('gnu') && 'glibc');
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc ? { libc: [libc] } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}
