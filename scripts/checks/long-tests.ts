import { defineCommand, UsageError } from '../cli/command';
import { FAULT_TESTS, type TestFiles } from './fault-tests';

type LongTest = {
  does: string;
  /** What is run, one after the other, by name. */
  parts: Record<string, TestFiles>;
  environment: Record<string, string>;
};

/** Tests whose full length is too much for `npm test`, which runs them short or not at all. */
const LONG_TESTS: Record<string, LongTest> = {
  calls: {
    does: '20,000 calls of all procedures, half of them with what their schemas do not allow',
    parts: { calls: { vitest: ['src/server/fuzz.test.ts'] } },
    environment: { FUZZ_CALLS: '20000' },
  },
  kills: {
    does: 'the migration of 2 million rows from SQLite, killed 50 times, PostgreSQL 10 times',
    parts: { kills: { vitest: ['scripts/sqlite-migration/kills.test.ts'] } },
    environment: { MIGRATE_ROWS: '2000000', MIGRATE_KILLS: '50', MIGRATE_CRASHES: '10' },
  },
  shapes: {
    does: '10,000 files of candles in random shapes, languages, encodings and containers',
    parts: { shapes: { vitest: ['src/server/candles/files/shapes.test.ts'] } },
    environment: { IMPORT_SHAPES: '10000' },
  },
  faults: {
    does: 'every fault of docs/reliability.md, one after the other, with what came of each',
    parts: FAULT_TESTS,
    environment: { FAULTS: 'long' },
  },
  pgbouncer: {
    does: 'the procedures through PgBouncer in transaction mode, from the PATH or at $PGBOUNCER',
    parts: { pgbouncer: { vitest: ['src/server/pgbouncer.test.ts'] } },
    environment: { TEST_PGBOUNCER: '1' },
  },
};

const list = Object.entries(LONG_TESTS).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`);

export const longTestsCommand = defineCommand({
  usage: `Usage: npm run test:long [-- NAME [PART…]]

Runs a test in its full length, which takes from minutes to an hour; of its parts, those whose names
begin so. Without a name it runs all but pgbouncer. NAME is one of:

${list.join('\n')}

npm run test:faults [-- PART…] and npm run test:pgbouncer are short for two of them.`,
  options: {},
  operands: { atLeast: 0, atMost: 20, expected: 'Name one test.' },
  async run(_, [name, ...wanted]) {
    const names = name ? [name] : Object.keys(LONG_TESTS).filter((name) => name !== 'pgbouncer');
    const isWanted = (part: string) =>
      wanted.length === 0 || wanted.some((begin) => part.startsWith(begin));
    const parts = names.flatMap((name) => {
      const test = LONG_TESTS[name];
      if (!test) throw new UsageError(`There is no test ${name}.`);
      return Object.entries(test.parts).flatMap(([part, files]) =>
        isWanted(part) ? [{ part, files, environment: test.environment }] : [],
      );
    });
    if (parts.length === 0) throw new UsageError(`${name} has no part ${wanted.join(', ')}.`);
    const { runTestFiles } = await import('./run-test-files');
    const said: string[] = [];
    let failed = 0;
    for (const { part, files, environment } of parts) {
      const since = performance.now();
      const code = await runTestFiles(files, environment);
      const seconds = Math.round((performance.now() - since) / 1000);
      if (code !== 0) failed += 1;
      said.push(`${code === 0 ? 'passed' : 'FAILED'}  ${String(seconds).padStart(5)} s  ${part}`);
    }
    console.log(`\n${said.join('\n')}`);
    return failed ? 1 : 0;
  },
});
