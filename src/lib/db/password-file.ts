import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseTarget } from './database-url';

const OPEN_TO_OTHERS = 0o077;

/** The password of the first line that fits, in the file that libpq would read. */
export function passwordFromFile(target: DatabaseTarget): string | undefined {
  const path = target.passwordFile ?? join(homedir(), '.pgpass');
  const text = readIfPrivate(path);
  if (text === undefined) return undefined;
  for (const line of text.split(/\r?\n/)) {
    const password = passwordIn(line, target);
    if (password !== undefined) return password;
  }
  return undefined;
}

function readIfPrivate(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile()) return undefined;
  if (process.platform !== 'win32' && status.mode & OPEN_TO_OTHERS) {
    console.warn(`${path} may be read by others and is left out: chmod 600 ${path}`);
    return undefined;
  }
  return readFileSync(path, 'utf8');
}

/** A line is host:port:database:user:password, * any; colons and backslashes are escaped. */
function passwordIn(line: string, { hosts, database, user }: DatabaseTarget): string | undefined {
  if (line.startsWith('#')) return undefined;
  const fields = line.match(/(?:\\.|[^:\\])*(?::|$)/g) ?? [];
  const [host = '', port = '', name = '', role = '', ...rest] = fields.map((field) =>
    field.replace(/:$/, '').replace(/\\(.)/g, '$1'),
  );
  const password = rest[0];
  const fits = (pattern: string, value: string) => pattern === '*' || pattern === value;
  const isHere = hosts.some(
    (one) =>
      fits(host, one.host.startsWith('/') ? 'localhost' : one.host) && fits(port, String(one.port)),
  );
  return password && isHere && fits(name, database) && fits(role, user) ? password : undefined;
}
