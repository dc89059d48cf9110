import { expect, onTestFinished, test } from 'vitest';
import { buildFile, START } from '../testing/build';
import { testMigration } from '../testing/migration';

test('the local user owns every chart that comes from an old file', async () => {
  const at = await testMigration();
  onTestFinished(() => at.close());
  const path = buildFile(at.path('candles.db'), 'R5', ({ add }) => {
    for (let id = 1; id <= 3; id++) add('charts', { id, name: `chart ${id}`, created_at: START });
  });
  expect((await at.migrate(path)).report.result).toBe('PASS');
  const members = 'select chart_id, user_id, role from chart_members order by chart_id';
  expect(await at.rows(members)).toEqual(
    [1, 2, 3].map((chart_id) => ({ chart_id, user_id: 'local', role: 'owner' })),
  );
});
