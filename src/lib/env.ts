import * as z from 'zod';
import { isDatabaseUrl } from './db/database-url';
import { isLoopbackHost } from './hosts';

const databaseUrl = z.string().refine(isDatabaseUrl, {
  error: 'must be a URL like postgresql://user:password@host:5432/database',
});

/** Everything the web app reads from its environment; nothing else may touch `process.env`. */
export const schema = z.object({
  DATABASE_URL: databaseUrl,
  /** A connection that no pooler sits in front of: for LISTEN, COPY and migrations. */
  DIRECT_DATABASE_URL: databaseUrl.optional(),
  /** Where the database keeps its data, when that is on this machine: its disk is asked for room. */
  DATABASE_FOLDER: z.string().optional(),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  /** Where the web app listens. */
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Where uploads lie until they are imported; else in the system's temporary folder. */
  UPLOADS_FOLDER: z.string().optional(),
  /** Programs that have what is in this file are let in. */
  TOKEN_FILE: z.string().optional(),
  /** The address that people on this machine open, where it is not HOST and PORT. */
  LOCAL_URL: z.url({ protocol: /^http$/ }).optional(),
  /** Whoever started this process knows by it that an answer is this process's own. */
  INSTANCE_ID: z.string().optional(),
  /** Of this machine, that a container's port is published on. */
  PUBLISH_ADDRESS: z.string().default('127.0.0.1').refine(isLoopbackHost, {
    error:
      'has to be 127.0.0.1 while there are no accounts. Others come through a proxy on this machine',
  }),
  /** The origin that browsers see, when it is not a loopback address. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
});

let parsed: z.infer<typeof schema> | undefined;

/**
 * The environment, checked once; an empty variable counts as unset. Throws with the names of what
 * is missing or malformed.
 */
export function env() {
  if (!parsed) {
    const set = Object.entries(process.env).filter(([, value]) => value !== '');
    const result = schema.safeParse(Object.fromEntries(set));
    if (!result.success) {
      throw new Error(`environment: ${z.prettifyError(result.error)}`);
    }
    parsed = result.data;
  }
  return parsed;
}

/**
 * Gives Next.js its settings as they were when it built, as the server does that it writes for its
 * standalone output: to read next.config.ts it would load its compiler. `manifest` is its
 * required-server-files.json.
 */
export function setNextConfig(manifest: string): void {
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(JSON.parse(manifest).config);
}

/** What libpq's own variables (PGPASSWORD, PGSSLMODE, …) say about what a database URL leaves open. */
export const postgresEnvironment = (): NodeJS.ProcessEnv => process.env;

/**
 * Where the SQLite database of the earlier release lies, if there is one: it is no longer read,
 * and people are told how to move it.
 */
export const oldDatabasePath = (): string => process.env.DATABASE_PATH || 'data/candles.db';

/** A superuser's URL of the PostgreSQL that tests make their databases in. */
export function testDatabaseAdminUrl(): string {
  const url = process.env.TEST_DATABASE_ADMIN_URL;
  if (!url) throw new Error('TEST_DATABASE_ADMIN_URL is not set: run the tests through Vitest.');
  return url;
}

/** The program of the PgBouncer that is tested with: one of the PATH, or what PGBOUNCER names. */
export const testPgBouncer = (): string => process.env.PGBOUNCER || 'pgbouncer';
