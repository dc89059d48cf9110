import { getTableName, is, Table } from 'drizzle-orm';
import type { Client } from 'pg';
import { openClient } from './connection';
import * as schema from './schema';

/*
 * Which table is which on a Citus cluster. The large ones are spread by chart, so that a chart's rows
 * are on one node; what they refer to is copied to every node; the rest stays on the coordinator.
 */
export const DISTRIBUTED = ['candles', 'candle_tiles', 'predictions'] as const;
export const REFERENCE = [
  'users',
  'charts',
  'chart_members',
  'training_runs',
  'prediction_requests',
  'annotation_types',
  'span_label_groups',
  'span_label_types',
] as const;

const TABLES = Object.values(schema)
  .filter((value) => is(value, Table))
  .map(getTableName);
const TIMEOUT_MS = 60_000;

export type Distribution = { changed: boolean; workers: number; citus: string };

/** Spreads the tables of the database at `url` over its Citus cluster, in one transaction. */
export const distribute = (url: string): Promise<Distribution> =>
  convert(url, true, async (run) => {
    for (const table of REFERENCE) await run(`select create_reference_table('public.${table}')`);
    for (const table of DISTRIBUTED) {
      await run(`select create_distributed_table('public.${table}', 'chart_id')`);
    }
    await run(onDatabase(`set ${ONE_BY_ONE} = 'sequential'`));
  });

/** Makes them tables of the coordinator alone again. */
export const undistribute = (url: string): Promise<Distribution> =>
  convert(url, false, async (run) => {
    for (const table of [...DISTRIBUTED, ...REFERENCE]) {
      // Not each of them was distributed by each version.
      await run(`select undistribute_table(logicalrelid) from pg_dist_partition
        where logicalrelid = 'public.${table}'::regclass and (partmethod = 'h' or repmodel = 't')`);
    }
    await run(onDatabase(`reset ${ONE_BY_ONE}`));
  });

/** A transaction that has read many shards in parallel may not write a table that every node has, as cancelling a run does. */
const ONE_BY_ONE = 'citus.multi_shard_modify_mode';
const onDatabase = (change: string) =>
  `do $do$ begin execute format('alter database %I ${change.replaceAll("'", "''")}', current_database()); end $do$`;

type Run = (statement: string) => Promise<unknown>;

/**
 * What Citus would lose on the way is taken off first and put back as it was: foreign keys, without
 * which it leaves every other table alone, views, functions with a body of SQL, and comments.
 */
async function convert(
  url: string,
  wanted: boolean,
  move: (run: Run) => Promise<void>,
): Promise<Distribution> {
  const client = await openClient(url, { applicationName: 'candle-annotator-distribute' });
  client.on('notice', () => {});
  const run: Run = (statement) => client.query(statement);
  try {
    const cluster = await requireCluster(client, wanted);
    if ((await isDistributed(client)) === wanted) return { ...cluster, changed: false };
    await run('begin');
    await run(`set local lock_timeout = ${TIMEOUT_MS}`);
    await run('set local statement_timeout = 0');
    // So Citus asks, as the tables refer to ones that every node has.
    await run(`set local citus.multi_shard_modify_mode = 'sequential'`);
    // With nothing on it PostgreSQL writes every name in full.
    await run(`set local search_path = ''`);
    const { takeOff, putBack } = await surroundings(client);
    const names = await notNulls(client);
    for (const statement of takeOff) await run(statement);
    await move(run);
    for (const statement of putBack) await run(statement);
    for (const [column, { name, rename }] of await notNulls(client)) {
      const before = names.get(column)?.name ?? name;
      if (before !== name) await run(`${rename} to ${before}`);
    }
    await run('commit');
    return { ...cluster, changed: true };
  } finally {
    await client.end();
  }
}

async function requireCluster(
  client: Client,
  wanted: boolean,
): Promise<Omit<Distribution, 'changed'>> {
  const [extension] = await rows<{ version: string }>(
    client,
    `select extversion as version from pg_extension where extname = 'citus'`,
  );
  if (!extension) {
    throw new Error(
      'This database has no Citus. Install it on every node, add it to shared_preload_libraries, and in this database on each of them: CREATE EXTENSION citus.',
    );
  }
  const [nodes] = await rows<{ workers: number; coordinator: boolean }>(
    client,
    `select count(*) filter (where groupid <> 0)::int as workers, coalesce(bool_or(groupid = 0), false) as coordinator
     from pg_dist_node where isactive and noderole = 'primary'`,
  );
  if (!nodes?.coordinator || nodes.workers === 0) {
    throw new Error(
      `This Citus has ${nodes?.workers ?? 0} workers and ${nodes?.coordinator ? 'a' : 'no'} coordinator of its own. Name them: SELECT citus_set_coordinator_host('host', 5432); SELECT citus_add_node('worker', 5432);`,
    );
  }
  const [found] = await rows<{ missing: string | null }>(
    client,
    `select string_agg(t, ', ') as missing from unnest($1::text[]) t where to_regclass('public.' || t) is null`,
    [TABLES],
  );
  // To be migrated, tables are first those of one PostgreSQL again, by the version that has more of them.
  if (wanted && found?.missing) {
    throw new Error(`The tables ${found.missing} are missing: run npm run db:migrate first.`);
  }
  return { workers: nodes.workers, citus: extension.version };
}

async function isDistributed(client: Client): Promise<boolean> {
  const [found] = await rows<{ tables: number }>(
    client,
    `select count(*)::int as tables from pg_dist_partition
     where logicalrelid = any($1::text[]::regclass[])`,
    [DISTRIBUTED.map((table) => `public.${table}`)],
  );
  return found?.tables === DISTRIBUTED.length;
}

/** Statements, each made by PostgreSQL itself, that take off and put back what hangs on the tables. */
async function surroundings(client: Client): Promise<{ takeOff: string[]; putBack: string[] }> {
  const found = await rows<{ off: string | null; back: string[] }>(client, SURROUNDINGS, [TABLES]);
  return {
    takeOff: found.flatMap(({ off }) => off ?? []).reverse(),
    putBack: found.flatMap(({ back }) => back),
  };
}

/** Citus gives the NOT NULLs of a table that it makes anew names of its own. PostgreSQL 16 names none. */
async function notNulls(client: Client) {
  const found = await rows<{ column: string; name: string; rename: string }>(
    client,
    `select format('%s.%I', c.conrelid::regclass, a.attname) as column, quote_ident(c.conname) as name,
       format('alter table %s rename constraint %I', c.conrelid::regclass, c.conname) as rename
     from unnest($1::text[]) t join pg_constraint c on c.conrelid = to_regclass('public.' || t)
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] where c.contype = 'n'`,
    [TABLES],
  );
  return new Map(found.map((line) => [line.column, line]));
}

/** In the order in which things have to be put back; what was made later may need what was made earlier. */
const SURROUNDINGS = `
with tables as (select to_regclass('public.' || t) as oid from unnest($1::text[]) t),
foreign_keys as (
  select 1 as step, c.oid, format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as off,
    array[format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))] as back
  from pg_constraint c join tables t on t.oid = c.conrelid where c.contype = 'f'
),
ours as (
  select d.objid from pg_depend d where d.deptype = 'e'
),
views as (
  select 2 as step, v.oid, format('drop view %s', v.oid::regclass) as off,
    format('create view %s%s as %s', v.oid::regclass,
      coalesce(' with (' || array_to_string(v.reloptions, ', ') || ')', ''), pg_get_viewdef(v.oid))
    || array[format('alter view %s owner to %s', v.oid::regclass, v.relowner::regrole)]
    || array(
      select format('grant %s on %s to %s%s', a.privilege_type, v.oid::regclass,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end,
        case when a.is_grantable then ' with grant option' else '' end)
      from aclexplode(v.relacl) a where a.grantee <> v.relowner order by 1) as back
  from pg_class v
  where v.relkind = 'v' and v.relnamespace = 'public'::regnamespace and v.oid not in (select objid from ours)
),
functions as (
  select 2 as step, p.oid, format('drop function %s', p.oid::regprocedure) as off,
    pg_get_functiondef(p.oid)
    || array[format('alter function %s owner to %s', p.oid::regprocedure, p.proowner::regrole)]
    || case when p.proacl is null then '{}' else array[format('revoke all on function %s from public', p.oid::regprocedure)] end
    || array(
      select format('grant execute on function %s to %s', p.oid::regprocedure,
        case a.grantee when 0 then 'public' else a.grantee::regrole::text end)
      from aclexplode(p.proacl) a where a.grantee <> p.proowner order by 1)
    || array(
      select format('comment on function %s is %L', p.oid::regprocedure, description)
      from pg_description where objoid = p.oid and classoid = 'pg_proc'::regclass) as back
  from pg_proc p
  where p.prosqlbody is not null and p.pronamespace = 'public'::regnamespace
    and p.oid not in (select objid from ours)
),
comments as (
  select 3 as step, c.oid, null::text as off,
    array[format('comment on %s %s%s is %L', case when d.objsubid > 0 then 'column'
      when c.relkind = 'v' then 'view' else 'table' end, c.oid::regclass,
      coalesce('.' || quote_ident(a.attname), ''), d.description)] as back
  from pg_class c
  join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass
  left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
  where c.oid in (select oid from tables union all select oid from views)
)
select off, back from (
  select * from foreign_keys union all select * from views union all select * from functions
  union all select * from comments
) all_of_it order by step, oid`;

const rows = async <Row extends object>(
  client: Client,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> => (await client.query<Row>(text, values)).rows;
