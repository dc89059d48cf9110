import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { forPrograms } from './connection';
import type { Programs } from './programs';

type Section = 'pre-data' | 'data' | 'post-data';

const LOCK_TIMEOUT = /lock timeout/;

export type Target = {
  url: string;
  /** The server's version. */
  major: number;
};

/**
 * Puts what `file` holds in the place of all that candle-annotator keeps in a database, in one
 * transaction: when it fails, nothing has changed. Roles that the file grants to have to exist.
 */
export async function load(file: string, target: Target, programs: Programs): Promise<void> {
  const { dbname, env } = forPrograms(target.url);
  const psql = spawn(
    programs.psql,
    ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '--dbname', dbname],
    { env, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const errors = text(psql.stderr);
  const exit = once(psql, 'close');
  // psql takes the end of its input for the end of the data; without COMMIT that undoes it all.
  const fed = await pipeline(Readable.from(script(file, target, programs)), psql.stdin).then(
    () => undefined,
    (error: Error) => error,
  );
  const [code] = await exit;
  if (code === 0 && !fed) return;
  // When psql gave up first, that is why; when the file did, what psql says follows from it.
  const why = fed instanceof Unreadable ? fed.message : (await errors).trim() || fed?.message;
  if (why && LOCK_TIMEOUT.test(why)) {
    throw new Error(
      'Something else is using the database. Stop the app and the ML service and try again; nothing was changed.',
    );
  }
  throw new Error(`${file} cannot be restored: ${why || `psql ended with ${code}`}`);
}

class Unreadable extends Error {}

async function* script(file: string, { major }: Target, { pgRestore }: Programs) {
  yield `BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS drizzle CASCADE;
DROP SCHEMA IF EXISTS public CASCADE;
`;
  yield adapt(await whole(section(pgRestore, file, 'pre-data')), major);
  let isHead = true;
  for await (const chunk of section(pgRestore, file, 'data')) {
    yield isHead ? withoutNewSettings(String(chunk), major) : chunk;
    isHead = false;
  }
  yield adapt(await whole(section(pgRestore, file, 'post-data')), major);
  yield 'COMMIT;\n';
}

async function whole(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

async function* section(
  pgRestore: string,
  file: string,
  name: Section,
): AsyncGenerator<Buffer, void, undefined> {
  const child = spawn(pgRestore, ['--no-owner', `--section=${name}`, '-f', '-', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = text(child.stderr);
  const exit = once(child, 'close');
  try {
    yield* child.stdout;
    const [code] = await exit;
    if (code !== 0) throw new Unreadable((await errors).trim() || `pg_restore ended with ${code}`);
  } finally {
    child.kill();
  }
}

function adapt(sql: string, major: number): string {
  return (
    withoutNewSettings(sql, major)
      // As every database has it from the start.
      .replace(
        /^CREATE SCHEMA public;$/m,
        '$&\nALTER SCHEMA public OWNER TO pg_database_owner;\nGRANT USAGE ON SCHEMA public TO PUBLIC;',
      )
      // Of whoever restores it, as the tables are.
      .replaceAll(
        /^ALTER DEFAULT PRIVILEGES FOR ROLE .+? IN SCHEMA/gm,
        'ALTER DEFAULT PRIVILEGES IN SCHEMA',
      )
  );
}

/** pg_restore sets what servers before 17 do not know. */
function withoutNewSettings(sql: string, major: number): string {
  return major < 17 ? sql.replace(/^SET transaction_timeout = 0;$/m, '') : sql;
}
