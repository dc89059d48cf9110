import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { isDatabaseUrl, urlPastPooler } from '@/lib/db/database-url';

const port = z.coerce.number().int().min(1).max(65_535);
const postgresUrl = z.string().refine(isDatabaseUrl, {
  error: 'must be a URL like postgresql://user:password@host:5432/database',
});

export const schema = z.object({
  DATA_DIR: z.string().default('.data'),
  HOST: z
    .enum(['127.0.0.1', 'localhost'], {
      error:
        'has to be 127.0.0.1: nobody signs in to this app, so it is served on this machine alone',
    })
    .optional(),
  PORT: port.default(3000),
  ML_PORT: port.default(8001),
  DATABASE_URL: postgresUrl.optional(),
  DIRECT_DATABASE_URL: postgresUrl.optional(),
  ML_DATABASE_URL: postgresUrl.optional(),
  DATABASE_FOLDER: z.string().optional(),
});

export type Settings = z.infer<typeof schema>;

/** Where the database keeps its data, when that is on this machine as far as we know. */
export const databaseFolder = ({ DATABASE_URL, DATABASE_FOLDER, DATA_DIR }: Settings) =>
  DATABASE_URL ? DATABASE_FOLDER : join(DATA_DIR, 'postgres');

/** Past any pooler, unless it has its own: it listens and sends settings along, and a pooler takes neither. */
export const mlDatabaseOf = ({
  ML_DATABASE_URL,
  DIRECT_DATABASE_URL,
  DATABASE_URL,
}: Settings): string | undefined => ML_DATABASE_URL ?? DIRECT_DATABASE_URL ?? DATABASE_URL;

/** What `npm start` takes from the environment and from .env. */
export function loadSettings(): Settings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readSettings(process.env);
}

/** An empty variable counts as unset. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const set = Object.entries(environment).filter(([, value]) => value !== '');
  const result = schema.safeParse(Object.fromEntries(set));
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `${issue.path.join('.')} ${issue.message}.`,
    );
    throw new Error(problems.join('\n'));
  }
  for (const name of ['DIRECT_DATABASE_URL', 'ML_DATABASE_URL'] as const) {
    if (result.data[name] && !result.data.DATABASE_URL) {
      throw new Error(`${name} is set and DATABASE_URL is not: set both or none.`);
    }
  }
  const { DATA_DIR, DATABASE_URL, DIRECT_DATABASE_URL } = result.data;
  const direct = DIRECT_DATABASE_URL ?? (DATABASE_URL && urlPastPooler(DATABASE_URL));
  return {
    ...result.data,
    DATA_DIR: resolve(DATA_DIR),
    ...(direct && { DIRECT_DATABASE_URL: direct }),
  };
}
