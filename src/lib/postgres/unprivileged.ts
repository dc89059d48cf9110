import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type Owner = { uid: number; gid: number };
type Command = { file: string; args: string[]; options: Partial<Owner> };

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * Whom PostgreSQL runs as. It refuses root, so under root it is the owner of the data there is,
 * or else `postgres` or `nobody`. Undefined when this process is an ordinary user's.
 */
export function postgresOwner(dataDir: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, name));
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this system has neither a user postgres nor nobody. Run as an ordinary user, or set DATABASE_URL.',
  );
}

function idOf(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined; // There is no such user.
  }
}

/**
 * `file args` as `owner`. Where the owner may not even enter the folders above `paths` (a checkout
 * in /root, a private temporary folder) it keeps root's right to pass them, by setpriv.
 */
export function asOwner(
  owner: Owner | undefined,
  paths: string[],
  file: string,
  args: string[],
): Command {
  if (!owner) return { file, args, options: {} };
  const closed = paths.map((path) => closedFolder(path, owner)).find(Boolean);
  if (!closed) return { file, args, options: owner };
  const setpriv = SETPRIV.find((path) => existsSync(path));
  if (!setpriv) {
    throw new Error(
      `PostgreSQL refuses to run as root, and the user it runs as instead (${owner.uid}) may not enter ${closed}. Move the project and DATA_DIR to where every user may enter, or run as an ordinary user.`,
    );
  }
  const rights = '+dac_override';
  const keep = [`--inh-caps=${rights}`, `--ambient-caps=${rights}`];
  // PostgreSQL asks access(), which heeds kept rights only under no_setuid_fixup.
  const user = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const all = [...user, ...keep, '--securebits=+no_setuid_fixup', '--', file, ...args];
  return { file: setpriv, args: all, options: {} };
}

/** The first folder above `path` that `owner` may not enter. */
function closedFolder(path: string, owner: Owner): string | undefined {
  for (let at = dirname(path); ; at = dirname(at)) {
    const { uid, gid, mode } = statSync(at);
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
    if (!(mode & bit)) return at;
    if (at === dirname(at)) return undefined;
  }
}
