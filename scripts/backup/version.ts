import { connectAlone } from './connection';

/** 18 for a server of PostgreSQL 18.4. */
export async function majorVersion(url: string): Promise<number> {
  const sql = connectAlone(url);
  try {
    const [row] = await sql<{ version: number }[]>`
      select current_setting('server_version_num')::int as version`;
    return Math.floor((row?.version ?? 0) / 10_000);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
