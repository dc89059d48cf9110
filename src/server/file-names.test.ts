import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Engines and services, whose files are named after what they do. */
const SERVICES = ['access', 'exports', 'http', 'live', 'model-service', 'records', 'uploads'];
const DOMAIN_FILE = /^(router|data|rules|api)\.ts$/;
const TEST_FILE = /\.test\.ts$|^testing(-[a-z-]+)?\.ts$/;

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const domains = folders.filter((folder) => !SERVICES.includes(folder));

test.each(domains)('%s, a domain, holds files of the closed list alone', (domain) => {
  const files = readdirSync(join(import.meta.dirname, domain)).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files).toContain('router.ts');
  expect(files.filter((name) => !DOMAIN_FILE.test(name) && !TEST_FILE.test(name))).toEqual([]);
});

test('every service is there, and beside them more domains than services', () => {
  expect(folders).toEqual(expect.arrayContaining(SERVICES));
  expect(domains.length).toBeGreaterThan(SERVICES.length);
});
