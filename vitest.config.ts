import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    // It needs a PgBouncer, which not every machine has: npm run test:pgbouncer.
    exclude: process.env.TEST_PGBOUNCER ? [] : ['src/server/pgbouncer.test.ts'],
    globalSetup: 'src/lib/db/testing-setup.ts',
    // A zone that no server runs in: code that forgets its time zone fails here.
    env: { TZ: 'Asia/Kathmandu' },
    pool: 'forks',
    // Vitest leaves one core free, which of two is half; tests wait for PostgreSQL and the clock much of their time.
    maxWorkers: availableParallelism(),
    // What is waited for is a state: on a machine with much else to do it comes late, not never.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
