import { defineCommand } from '../cli/command';

export const dbDistributeCommand = defineCommand({
  usage: `Usage: npm run db:distribute [-- --undo]

Spreads the migrated tables at DATABASE_URL (past any pooler DIRECT_DATABASE_URL) over its Citus cluster, all
or none: candles, tiles and predictions by chart, what they refer to on every node. Stop the app first and
make a backup. docs/scaling.md says what was tried, and what does not work there.

  --undo   make them tables of one PostgreSQL again`,
  options: { undo: { type: 'boolean' } },
  async run({ undo }) {
    const [{ distribute, undistribute }, { loadSettings }, { describeDatabase }, { Failure }] =
      await Promise.all([
        import('@/lib/db/distribution'),
        import('./settings'),
        import('@/lib/db/connection'),
        import('../cli/failure'),
      ]);
    const { DATABASE_URL, DIRECT_DATABASE_URL } = loadSettings();
    const url = DIRECT_DATABASE_URL ?? DATABASE_URL;
    if (!url) throw new Failure('Set DATABASE_URL: the built-in PostgreSQL has no Citus.');
    const where = describeDatabase(url);
    const { changed, workers, citus } = await (undo ? undistribute : distribute)(url);
    const nodes = `${workers} worker${workers === 1 ? '' : 's'} of Citus ${citus}`;
    if (!changed) console.log(`${where} is ${undo ? 'not distributed' : 'distributed already'}.`);
    else console.log(undo ? `${where} is one PostgreSQL again.` : `${where} is on ${nodes}.`);
  },
});
