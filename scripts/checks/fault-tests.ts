/** The files that try a fault: of Vitest, of Playwright in `tests`, of pytest in `services/ml/tests`. */
export type TestFiles = { vitest?: string[]; browser?: string[]; pytest?: string[] };

/** By the names of docs/reliability.md, in its order; most are longer than in `npm test`. */
export const FAULT_TESTS: Record<string, TestFiles> = {
  'many starts': { vitest: ['scripts/faults/many-starts.test.ts', 'src/lib/db/migrate.test.ts'] },
  "another version's schema": {
    vitest: [
      'src/server/to-trpc-error.test.ts',
      'src/server/http/health.test.ts',
      'scripts/backup/restore-database.test.ts',
    ],
  },
  // Its browser tests start the app in all the ways that the next rows name.
  'killed start': { browser: ['start.spec.ts'] },
  'stale process numbers': { vitest: ['src/lib/postgres/cluster.test.ts'] },
  'two starts at once': { vitest: ['scripts/runtime/lock-file.test.ts'] },
  'a part that dies again and again': { vitest: ['scripts/runtime/supervise.test.ts'] },
  'odd surroundings': { vitest: ['scripts/runtime/serve.test.ts'] },
  'outage under load': {
    vitest: [
      'scripts/faults/outage.test.ts',
      'src/server/outage.test.ts',
      'src/server/overload.test.ts',
    ],
  },
  'lost connection': {
    vitest: ['src/lib/db/lost-connections.test.ts', 'src/lib/db/liveness.test.ts'],
  },
  'bad last row': { vitest: ['scripts/faults/bad-last-row.test.ts'] },
  'live stream': { vitest: ['src/server/live'] },
  'concurrent editors': {
    vitest: [
      'scripts/faults/concurrent-editors.test.ts',
      'src/features/session/sync/model.test.ts',
    ],
  },
  'ambiguous commit': {
    vitest: [
      'scripts/faults/ambiguous-commit.test.ts',
      'src/server/records/write.test.ts',
      'src/features/session/sync/sync.test.ts',
    ],
  },
  'backup and restore': { vitest: ['scripts/backup'] },
  roles: { vitest: ['src/lib/db/roles.test.ts', 'src/lib/db/role-login.test.ts'] },
  'hostile requests': {
    vitest: ['src/server/http/http-server.test.ts', 'src/server/scope.test.ts'],
    browser: ['headers.spec.ts'],
  },
  drift: { vitest: ['src/lib/db/schema.test.ts', 'scripts/checks/min-versions.test.ts'] },
  'training reads': { pytest: ['test_db.py'] },
  'full disk': {
    vitest: ['scripts/faults/full-disk.test.ts', 'scripts/sqlite-migration/disk-full.test.ts'],
  },
  'jumps of the clock': {
    vitest: ['scripts/faults/clock.test.ts'],
  },
  'model service': { pytest: ['test_worker.py', 'test_heartbeat.py', 'test_service.py'] },
};
