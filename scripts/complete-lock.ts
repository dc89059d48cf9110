import { readFile, writeFile } from 'node:fs/promises';

/*
 * npm ci wants the packages of every platform in the lock, and a registry mirror may lack those of
 * platforms it does not serve: npm install then leaves them out. This adds them by name and version.
 */

type Entry = {
  version?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
};

const SYSTEMS = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/;
const PROCESSORS = /\b(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64)\b/;

const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
const packages: Record<string, Entry> = lock.packages;
const added: string[] = [];

for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (isThere(path, name)) continue;
    packages[`node_modules/${name}`] = {
      version: range.replace(/^\D+/, ''),
      ...(dev ? { dev } : {}),
      ...platform(name),
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${added.length} packages: ${added.join(', ')}`);

/** As Node.js looks for `name` from the package at `path`. */
function isThere(path: string, name: string): boolean {
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
