import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

type Environment = Record<string, string | undefined>;
/** The variable that stands for a parameter of libpq. */
type VariableOf = (parameter: string) => string | undefined;

/** Where Debian's and Red Hat's PostgreSQL has its socket, and where PostgreSQL's own sources put it. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/**
 * libpq's variables with what it would look up beside them: what a connection service says comes
 * before them, its default files and its default socket come after them.
 */
export function libpqEnvironment(
  environment: Environment,
  { service, serviceFile }: { service: string | undefined; serviceFile: string | undefined },
  variableOf: VariableOf,
): Environment {
  const name = service ?? environment.PGSERVICE;
  const said = {
    ...environment,
    ...(name && readService(name, serviceFiles(environment, serviceFile), variableOf)),
  };
  const set = Object.fromEntries(Object.entries(said).filter(([, value]) => value));
  const certificate = inHome('postgresql.crt');
  return {
    USER: userName(),
    PGHOST: SOCKET_FOLDERS.find((folder) =>
      existsSync(join(folder, `.s.PGSQL.${set.PGPORT ?? 5432}`)),
    ),
    PGSSLROOTCERT: inHome('root.crt'),
    PGSSLCRL: inHome('root.crl'),
    ...(certificate && { PGSSLCERT: certificate, PGSSLKEY: inHome('postgresql.key') }),
    ...set,
  };
}

function inHome(name: string): string | undefined {
  const path = join(homedir(), '.postgresql', name);
  return existsSync(path) ? path : undefined;
}

/** A container may run as a user that has no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function serviceFiles(environment: Environment, named: string | undefined): string[] {
  const own = named ?? environment.PGSERVICEFILE ?? join(homedir(), '.pg_service.conf');
  const folder = environment.PGSYSCONFDIR ?? '/etc/postgresql-common';
  return [own, join(folder, 'pg_service.conf')];
}

/** The parameters of a connection service, as variables; of the first file that has it. */
function readService(name: string, files: string[], variableOf: VariableOf): Environment {
  for (const file of files.filter((path) => existsSync(path))) {
    const lines = readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim());
    const begin = lines.indexOf(`[${name}]`);
    if (begin < 0) continue;
    const rest = lines.slice(begin + 1);
    const end = rest.findIndex((line) => line.startsWith('['));
    const pairs = rest
      .slice(0, end < 0 ? undefined : end)
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [variableOf(line.split('=', 1)[0] ?? ''), line.replace(/^[^=]*=/, '')]);
    return Object.fromEntries(pairs.filter(([variable]) => variable));
  }
  throw new Error(
    `The database URL or PGSERVICE names the service “${name}”, which is in none of ${files.join(', ')}.`,
  );
}
