import { defineCommand, UsageError } from '../cli/command';

type LongTest = {
  does: string;
  files: string[];
  /** Browser tests that belong to it. */
  browser?: string[];
  environment: Record<string, string>;
};

/** Tests whose full length is too much for `npm test`, which runs them short or not at all. */
const LONG_TESTS: Record<string, LongTest> = {
  kills: {
    does: 'the migration of 2 million rows from SQLite, killed 50 times, PostgreSQL 10 times',
    files: ['scripts/sqlite-migration/kills.test.ts'],
    environment: { MIGRATE_ROWS: '2000000', MIGRATE_KILLS: '50', MIGRATE_CRASHES: '10' },
  },
  shapes: {
    does: '10,000 files of candles in random shapes, languages, encodings and containers',
    files: ['src/server/candles/files/shapes.test.ts'],
    environment: { IMPORT_SHAPES: '10000' },
  },
  faults: {
    does: 'outages of PostgreSQL, kills, full disks and jumps of the clock (docs/reliability.md)',
    files: ['scripts/faults', 'src/lib/db/lost-connections.test.ts', 'src/server/live'],
    browser: ['start.spec.ts'],
    environment: { FAULTS: 'long' },
  },
  pgbouncer: {
    does: 'the procedures through PgBouncer in transaction mode, from the PATH or at $PGBOUNCER',
    files: ['src/server/pgbouncer.test.ts'],
    environment: { TEST_PGBOUNCER: '1' },
  },
};

const list = Object.entries(LONG_TESTS).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`);

export const longTestsCommand = defineCommand({
  usage: `Usage: npm run test:NAME

Runs a test in its full length, which takes from minutes to an hour. NAME is one of:

${list.join('\n')}`,
  options: {},
  operands: { atLeast: 1, atMost: 1, expected: 'Name one test.' },
  async run(_, [name = '']) {
    const test = LONG_TESTS[name];
    if (!test) throw new UsageError(`There is no test ${name}.`);
    const [{ join }, { runInForeground }, { ROOT }] = await Promise.all([
      import('node:path'),
      import('../runtime/run-in-foreground'),
      import('../runtime/root'),
    ]);
    const run = (program: string, args: string[]) =>
      runInForeground(
        [join(ROOT, 'node_modules', '.bin', program), ...args],
        ROOT,
        test.environment,
      );
    const code = await run('vitest', ['run', ...test.files]);
    const inBrowser = test.browser ? await run('playwright', ['test', ...test.browser]) : 0;
    return code || inBrowser;
  },
});
