import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Engines and services of the server, whose files are named after what they do. */
const SERVICES = new Set(['exports', 'live', 'records', 'uploads']);
const DOMAIN_FILE = /^(router|data|rules|api)\.ts$/;
const TEST_FILE = /\.test\.tsx?$|^testing(-[a-z-]+)?\.ts$/;

const domains = readdirSync('src/server', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SERVICES.has(entry.name))
  .map((entry) => entry.name);

test.each(domains)('src/server/%s holds files of the closed list alone', (domain) => {
  const own = readdirSync(join('src/server', domain)).filter((name) => name.endsWith('.ts'));
  expect(own.filter((name) => !DOMAIN_FILE.test(name) && !TEST_FILE.test(name))).toEqual([]);
});

test('this test sees the folders that there are', () => {
  expect(domains).toContain('charts');
});
