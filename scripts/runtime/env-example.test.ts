import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schema as webSchema } from '@/lib/env';
import { ML_FOLDER } from './python';
import { ROOT } from './root';
import { schema as startSchema } from './settings';

/** Set by whatever starts the web app, never by a person. */
const SET_BY_US = [
  'NODE_ENV',
  'INSTANCE_ID',
  'LOCAL_URL',
  'UPLOADS_FOLDER',
  '__NEXT_PRIVATE_STANDALONE_CONFIG',
];
const OF_BROWSER_TESTS = 'CHROMIUM_PATH';

test('.env.example has every variable that is read, and no other', async () => {
  const example = await readFile(join(ROOT, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  const ofWeb = [...Object.keys(webSchema.shape), ...(await besideTheSchema())];
  const ofStart = Object.keys(startSchema.shape);
  const ofServices = [...(await ofMlService()), ...(await ofCompose())];
  const read = new Set([...ofWeb, ...ofStart, ...ofServices, OF_BROWSER_TESTS]);
  for (const name of SET_BY_US) read.delete(name);
  expect(named.toSorted()).toEqual([...read].toSorted());
});

test('.env.example changes nothing as it stands', async () => {
  const example = await readFile(join(ROOT, '.env.example'), 'utf8');
  for (const [, name = '', value] of example.matchAll(/^([A-Z_]+)=(.+)$/gm)) {
    const byDefault = startSchema.parse({})[name as keyof typeof startSchema.shape];
    expect([name, value]).toEqual([name, String(byDefault ?? '127.0.0.1')]);
  }
});

/** What env.ts reads and the web app can do without. */
async function besideTheSchema(): Promise<string[]> {
  const text = await readFile(join(ROOT, 'src', 'lib', 'env.ts'), 'utf8');
  return [...text.matchAll(/process\.env\.([A-Z_]+)/g)].map(([, name = '']) => name);
}

/** A setting is read from its aliases, or else from its own name in capitals. */
async function ofMlService(): Promise<string[]> {
  const text = await readFile(join(ML_FOLDER, 'app', 'settings.py'), 'utf8');
  const body = text.slice(text.indexOf('class Settings'), text.indexOf('\ndef '));
  const settings = body.split(/^ {4}(?=\w+: )/m).slice(1);
  expect(settings.length).toBeGreaterThan(1);
  return settings.flatMap((setting) => {
    const aliases = [...setting.matchAll(/"([A-Z_]+)"/g)].map(([, alias = '']) => alias);
    const [own = ''] = setting.split(':', 1);
    return aliases.length > 0 ? aliases : [own.toUpperCase()];
  });
}

async function ofCompose(): Promise<string[]> {
  const files = ['docker-compose.yml', 'docker-compose.external-database.yml'];
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
  return [...texts.join().matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
}
