import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@/lib/db';
import { signInUrl } from '@/server/access/access';

/** Whoever can read this file may use the app: programs of the same user on this machine. */
export const tokenFile = (dataDir: string): string => join(dataDir, 'token');

/** Makes the file at the first start; answers where it is. */
export async function ensureToken(dataDir: string): Promise<string> {
  const file = tokenFile(dataDir);
  if (!existsSync(file)) {
    await mkdir(dataDir, { recursive: true });
    const token = randomBytes(32).toString('base64url');
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  }
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
