import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { Failure } from './cli/failure';
import { openDatabase } from './runtime/open-database';
import { migrateSqlite } from './sqlite-migration/run';

const USAGE = `Usage: npm run migrate:sqlite -- PATH [--dry-run] [--accept-rejects] [--report DIR] [--yes]

Moves the old app's SQLite file (data/candles.db) into PostgreSQL: the one at DATABASE_URL, or the
built-in one. The file is only read.

  --dry-run         do everything, verify it, and take it back
  --accept-rejects  move the rest when some rows cannot be; those are kept in migration_rejects
  --report DIR      where report.txt and report.json go
  --yes             the old app has stopped, and nobody is asked

docs/migrating-from-sqlite.md says more.`;

process.exitCode = await main().catch((error) => {
  console.error(error instanceof Failure ? `\n${error.message}` : error);
  return 1;
});

async function main(): Promise<number> {
  const args = readArguments();
  if (!args) return 1;
  if (existsSync('.env')) process.loadEnvFile('.env');
  const database = await openDatabase(process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    return await migrateSqlite({
      ...args,
      url: database.url,
      out: process.stdout,
      confirm: asker(),
      signal: stop.signal,
    });
  } finally {
    await database.close();
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        'accept-rejects': { type: 'boolean', default: false },
        report: { type: 'string' },
        yes: { type: 'boolean', default: false },
      },
    });
    const [path, ...others] = positionals;
    if (path && others.length === 0) {
      // npm runs scripts in the project's folder, whichever one it was called in.
      const from = process.env.INIT_CWD ?? '';
      return {
        path: resolve(from, path),
        dryRun: values['dry-run'],
        acceptRejects: values['accept-rejects'],
        reportFolder: (name: string) => resolve(from, values.report ?? name),
        yes: values.yes,
      };
    }
    console.error(USAGE);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
  }
  return null;
}

function asker() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  return async (question: string) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await lines.question(`${question} [y/N] `);
    lines.close();
    return /^y(es)?$/i.test(answer.trim());
  };
}
