import { connectAlone, nameOf } from './connection';

/** 18 for a server of PostgreSQL 18.4. As the first to connect it says so when it cannot. */
export async function majorVersion(url: string): Promise<number> {
  const sql = connectAlone(url);
  try {
    const [row] = await sql<{ version: number }[]>`
      select current_setting('server_version_num')::int as version`;
    return Math.floor((row?.version ?? 0) / 10_000);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(`The database ${nameOf(url)} cannot be opened: ${why}`, { cause });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
