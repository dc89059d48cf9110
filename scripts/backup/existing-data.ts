import type { Sql } from 'postgres';
import { connectAlone } from './connection';

const SEEDED = ['users', 'annotation_types', 'span_label_types'];
/** Made anew, or worth nothing elsewhere. */
const DERIVED = ['candle_tiles', 'access_tokens', 'ml_workers'];

/** What a restore would replace, such as `3 charts`; empty for a database as migrations make it. */
export async function findExistingData(url: string): Promise<string[]> {
  const sql = connectAlone(url);
  try {
    const found = await sql<{ name: string; isTable: boolean }[]>`
      select c.relname as name, c.relkind in ('r', 'p') as "isTable" from pg_class c
      where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace = to_regnamespace('public')
      order by 1`;
    // Somebody else's tables and views count without rows too.
    if (!(await isMigrated(url))) return found.map(({ name }) => `the table ${name}`);
    const tables = found.filter(({ isTable }) => isTable);
    const counted = await Promise.all(
      tables
        .filter(({ name }) => !DERIVED.includes(name))
        .map(async ({ name }) => ({ name, rows: await countRows(sql, name) })),
    );
    return counted
      .filter(({ rows }) => rows > 0)
      .map(({ name, rows }) => `${rows.toLocaleString('en')} ${name.replaceAll('_', ' ')}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Whether it has, or had, our tables. */
export async function isMigrated(url: string): Promise<boolean> {
  const sql = connectAlone(url);
  try {
    const [row] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as yes`;
    return row?.yes;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Of the tables that migrations fill, those rows that were written since. */
async function countRows(sql: Sql, table: string): Promise<number> {
  const since = SEEDED.includes(table)
    ? sql`where xmin is distinct from (select xmin from users where id = 'local')`
    : sql``;
  const [row] = await sql<{ rows: number }[]>`
    select count(*)::float8 as rows from ${sql(`public.${table}`)} ${since}`;
  return row?.rows ?? 0;
}
