import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schema as webSchema } from '@/lib/env';
import { ML_FOLDER } from './python';
import { ROOT } from './root';
import { schema as startSchema } from './settings';

/** Set by whatever starts the web app, never by a person. */
const SET_BY_US = 'NODE_ENV';
const OF_TESTS = ['CHROMIUM_PATH', 'TEST_DATABASE_ADMIN_URL'];

test('.env.example has every variable that is read, and no other', async () => {
  const example = await readFile(join(ROOT, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  const ofWeb = Object.keys(webSchema.shape).filter((name) => name !== SET_BY_US);
  const ofStart = Object.keys(startSchema.shape);
  const ofServices = [...(await ofMlService()), ...(await ofCompose())];
  const read = [...ofWeb, ...ofStart, ...ofServices, ...OF_TESTS];
  expect(named.toSorted()).toEqual([...new Set(read)].toSorted());
});

test('.env.example changes nothing as it stands', async () => {
  const example = await readFile(join(ROOT, '.env.example'), 'utf8');
  for (const [, name = '', value] of example.matchAll(/^([A-Z_]+)=(.+)$/gm)) {
    const byDefault = startSchema.parse({})[name as keyof typeof startSchema.shape];
    expect([name, value]).toEqual([name, String(byDefault ?? '127.0.0.1')]);
  }
});

/** What the Python service reads begins with ML_. */
async function ofMlService(): Promise<string[]> {
  const folder = join(ML_FOLDER, 'app');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.py'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.match(/\bML_[A-Z_]+\b/g) ?? []);
}

async function ofCompose(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
  return [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
}
