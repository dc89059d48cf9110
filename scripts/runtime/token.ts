import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@/lib/db';
import { makeFolder } from '@/lib/make-folder';
import { requireToken, signInUrl } from '@/server/access/access';
import { writeDurably } from './durable-file';

/** Whoever can read this file may use the app: programs of the same user on this machine. */
export const tokenFile = (dataDir: string): string => join(dataDir, 'token');

/** Makes the file at the first start, or where it was emptied; answers where it is. */
export async function ensureToken(dataDir: string): Promise<string> {
  const file = tokenFile(dataDir);
  const found = existsSync(file) ? (await readFile(file, 'utf8')).trim() : '';
  if (found) {
    requireToken(file, found);
    return file;
  }
  await makeFolder(dataDir);
  await writeDurably(file, `${randomBytes(32).toString('base64url')}\n`);
  return file;
}

/** What a program sends that has the file. */
export async function authorization(dataDir: string): Promise<{ authorization: string }> {
  const token = await readFile(tokenFile(dataDir), 'utf8');
  return { authorization: `Bearer ${token.trim()}` };
}

/** An address of the web app at `origin` that lets one browser in, once. */
export async function newSignInUrl(databaseUrl: string, origin: string): Promise<string> {
  const { db, close } = connect(databaseUrl);
  return await signInUrl(db, origin).finally(close);
}
