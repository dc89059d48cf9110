import { describeDatabase } from '@/lib/db/connection';
import { errorReason } from '@/lib/error-reason';
import { connectAlone } from './connection';

/** 18 for a server of PostgreSQL 18.4. As the first to connect it says so when it cannot. */
export async function majorVersion(url: string): Promise<number> {
  const sql = connectAlone(url);
  try {
    const [row] = await sql<{ version: number }[]>`
      select current_setting('server_version_num')::int as version`;
    return Math.floor((row?.version ?? 0) / 10_000);
  } catch (cause) {
    const why = errorReason(cause);
    throw new Error(`The database ${describeDatabase(url)} cannot be opened: ${why}`, { cause });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
