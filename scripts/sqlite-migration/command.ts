import { createInterface } from 'node:readline/promises';
import { defineCommand } from '../cli/command';
import { pathFromCaller } from '../cli/path';
import { abortOnSignal } from '../cli/signals';

const USAGE = `Usage: npm run migrate:sqlite -- PATH [--dry-run] [--accept-rejects] [--report DIR] [--yes]

Moves the old app's SQLite file (data/candles.db) into PostgreSQL: the one at DATABASE_URL, or the
built-in one. The file is only read.

  --dry-run         do everything, verify it, and take it back
  --accept-rejects  move the rest when some rows cannot be; those are kept in migration_rejects
  --report DIR      where report.txt and report.json go
  --yes             the old app has stopped, and nobody is asked

docs/migrating-from-sqlite.md says more.`;

export const migrateSqliteCommand = defineCommand({
  usage: USAGE,
  options: {
    'dry-run': { type: 'boolean' },
    'accept-rejects': { type: 'boolean' },
    report: { type: 'string' },
    yes: { type: 'boolean' },
  },
  operands: { atLeast: 1, atMost: 1, expected: 'Name the SQLite file.' },
  async run(values, [path = '']) {
    const [{ migrateSqlite }, { openDatabase }] = await Promise.all([
      import('./run'),
      import('../runtime/open-database'),
    ]);
    const database = await openDatabase();
    try {
      return await migrateSqlite({
        path: pathFromCaller(path),
        dryRun: values['dry-run'],
        acceptRejects: values['accept-rejects'],
        reportFolder: (name) => pathFromCaller(values.report ?? name),
        yes: values.yes,
        url: database.url,
        out: process.stdout,
        confirm: asker(),
        signal: abortOnSignal(),
      });
    } finally {
      await database.close();
    }
  },
});

function asker() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  return async (question: string) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await lines.question(`${question} [y/N] `);
    lines.close();
    return /^y(es)?$/i.test(answer.trim());
  };
}
