import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { expect, test } from 'vitest';

/*
 * What a folder may be called after, and that folders beside each other do not import each other in
 * a circle: of two such folders neither can be read, tested or moved without the other.
 */

/** Engines and services of the server, whose files are named after what they do. */
const SERVICES = new Set(['exports', 'live', 'records', 'uploads']);
const DOMAIN_FILE = /^(router|data|rules|api)\.ts$/;
const TEST_FILE = /\.test\.tsx?$|^testing(-[a-z-]+)?\.ts$/;

const files = ['src', 'scripts'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file)),
);
const nameOf = (file: string) => file.split(sep).at(-1) ?? '';
const sources = files.filter((file) => !TEST_FILE.test(nameOf(file)));

const domains = readdirSync('src/server', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SERVICES.has(entry.name))
  .map((entry) => entry.name);

test.each(domains)('src/server/%s holds files of the closed list alone', (domain) => {
  const own = readdirSync(join('src/server', domain)).filter((name) => name.endsWith('.ts'));
  expect(own.filter((name) => !DOMAIN_FILE.test(name) && !TEST_FILE.test(name))).toEqual([]);
});

/** The file that an import names; null for packages. */
function targetOf(from: string, specifier: string): string | null {
  const path = specifier.startsWith('@/')
    ? join('src', specifier.slice(2))
    : specifier.startsWith('.') && join(dirname(from), specifier);
  if (!path) return null;
  return (
    [path, `${path}.ts`, `${path}.tsx`].find((file) => /\.tsx?$/.test(file) && existsSync(file)) ??
    null
  );
}

const imports = sources.flatMap((from) =>
  [...readFileSync(from, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(
    ([, specifier = '']) => {
      const to = targetOf(from, specifier);
      return to ? [{ from, to }] : [];
    },
  ),
);

/** For each folder, which folders beside it are imported from it, with an import that does. */
function siblings() {
  const arrows = new Map<string, Map<string, string>>();
  for (const { from, to } of imports) {
    const [a, b] = [dirname(from).split(sep), dirname(to).split(sep)];
    const depth = a.findIndex((part, i) => part !== b[i]);
    if (depth < 0 || b[depth] === undefined) continue;
    const [source, target] = [a, b].map((path) => path.slice(0, depth + 1).join('/')) as [
      string,
      string,
    ];
    const out = arrows.get(source) ?? new Map<string, string>();
    arrows.set(source, out.set(target, `${from} imports ${to}`));
  }
  return arrows;
}

test('no folders beside each other import each other in a circle', () => {
  const arrows = siblings();
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (folder: string, way: string[]) => {
    const at = way.indexOf(folder);
    if (at >= 0) {
      const circle = [...way.slice(at), folder];
      const steps = circle.slice(1).map((next, i) => arrows.get(circle[i] ?? '')?.get(next));
      circles.push(steps.join('\n  '));
      return;
    }
    if (done.has(folder)) return;
    for (const next of arrows.get(folder)?.keys() ?? []) visit(next, [...way, folder]);
    done.add(folder);
  };
  for (const folder of arrows.keys()) visit(folder, []);
  expect(circles).toEqual([]);
});

test('this test sees the imports that there are', () => {
  const arrows = siblings();
  expect(imports.length).toBeGreaterThan(500);
  expect(arrows.get('src/server/history')?.has('src/server/records')).toBe(true);
  expect(arrows.get('src/features')?.has('src/contract')).toBe(true);
  expect(domains).toContain('charts');
});
