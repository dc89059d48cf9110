import type { Sql } from 'postgres';

/** Rows and content of each table; equal for equal rows in any order. */
export type Fingerprint = Map<string, { rows: number; hash: string }>;

type Connection = Pick<Sql, 'unsafe'>;

/** Of every table that is backed up. The connection has to be `connectAlone`'s. */
export async function takeFingerprint(sql: Connection): Promise<Fingerprint> {
  const tables = await sql.unsafe<{ name: string }[]>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('public', 'drizzle') order by 1`,
  );
  const result: Fingerprint = new Map();
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ rows: number; hash: string }[]>(
      `select count(*)::float8 as rows,
         coalesce(sum(hashtextextended(whole_row::text collate "C", 0)::numeric), 0)::text as hash
       from ${name} as whole_row`,
    );
    if (row) result.set(name, row);
  }
  return result;
}

/** A sentence for each table that is not the same; none when all are. */
export function differences(wanted: Fingerprint, found: Fingerprint): string[] {
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  return names.flatMap((name) => {
    const [a, b] = [wanted.get(name), found.get(name)];
    if (!a || !b) return [`${name}: the table is only in the ${a ? 'database' : 'backup'}`];
    if (a.rows !== b.rows)
      return [`${name}: ${a.rows} rows in the database, ${b.rows} in the backup`];
    return a.hash === b.hash ? [] : [`${name}: its ${a.rows} rows are not the same`];
  });
}
