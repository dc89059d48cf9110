import { toPgTimestamp } from '@/lib/time';
import type { Plan } from '../plan/plan';
import { type LabelType, planTypes, type TypeTable } from '../plan/types';
import type { Target } from '../target/connection';
import { findExistingData, refuseExistingData } from '../target/existing-data';
import { dropKeys, readKeys } from '../target/keys';
import type { Migration } from '../target/state';
import { storeRejects } from './rejects';

/** Everything small at once: from here on the database belongs to this file. */
export function beginMigration(
  target: Target,
  plan: Plan,
  { path, acceptsRejects }: { path: string; acceptsRejects: boolean },
): Promise<Migration> {
  return target.transaction(async () => {
    // Nobody adds a chart between the look and the claim.
    await target.run('lock table charts in share row exclusive mode');
    refuseExistingData(await findExistingData(target));
    const keys = await readKeys(target);
    const migration: Migration = {
      hash: plan.hash,
      path,
      phase: 'loading',
      acceptsRejects,
      keys,
      startedAt: plan.startedAt,
      finishedAt: null,
    };
    await target.run(
      `insert into sqlite_migrations (source_hash, source_path, phase, accepts_rejects, keys, started_at)
       values ($1, $2, 'loading', $3, $4, to_timestamp($5))`,
      [plan.hash, path, acceptsRejects, JSON.stringify(keys), plan.startedAt],
    );
    await target.run(
      "insert into users (id, name) values ('local', 'Local user') on conflict do nothing",
    );
    await dropKeys(target, keys);
    await storeCharts(target, plan);
    for (const table of ['annotation_types', 'span_label_types'] as const) {
      await replaceTypes(target, table, plan);
    }
    return migration;
  });
}

async function storeCharts(target: Target, plan: Plan) {
  const marked = new Set([...plan.annotations.charts, ...plan.span_annotations.charts]);
  const { charts } = plan.charts;
  await target.run(
    `insert into charts (id, name, rev, created_at, created_by)
     select id, name, rev, created_at, 'local'
     from unnest($1::int[], $2::text[], $3::bigint[], $4::timestamptz[]) as t (id, name, rev, created_at)`,
    [
      charts.map((chart) => chart.id),
      charts.map((chart) => chart.name),
      charts.map((chart) => (marked.has(chart.id) ? 1 : 0)),
      charts.map((chart) => toPgTimestamp(chart.createdAt)),
    ],
  );
  await target.run(
    `insert into chart_members (chart_id, user_id, role) select id, 'local', 'owner' from charts`,
  );
}

async function replaceTypes(target: Target, table: TypeTable, plan: Plan) {
  const file = plan.types[table];
  const types = planTypes(
    file,
    labelsOf(plan, table),
    await readTypeRows(target, table),
    plan.startedAt,
  );
  await target.run(`delete from ${table}`);
  const extra = table === 'span_label_types' ? 'hotkey' : 'category, icon';
  await target.run(
    `insert into ${table} (id, name, display_name, color, is_active, sort_order, created_at, ${extra})
     select id, name, display_name, color, is_active, sort_order, created_at, ${extra}
     from jsonb_to_recordset($1::jsonb) as t (id int, name text, display_name text, color text,
       is_active boolean, sort_order int, created_at timestamptz, hotkey text, category text, icon text)`,
    [
      JSON.stringify(
        types.map((type) => ({
          ...type,
          display_name: type.displayName,
          is_active: type.isActive,
          sort_order: type.sortOrder,
          created_at: toPgTimestamp(type.createdAt),
        })),
      ),
    ],
  );
  await storeRejects(target, plan.hash, table, file.rejects);
}

export const labelsOf = (plan: Plan, table: TypeTable) =>
  plan[table === 'annotation_types' ? 'annotations' : 'span_annotations'].labels;

export function readTypeRows(target: Target, table: TypeTable): Promise<LabelType[]> {
  const extra =
    table === 'span_label_types'
      ? `hotkey, 'marker' as category, null as icon`
      : 'null as hotkey, category, icon';
  return target.rows<LabelType>(
    `select id, name, display_name as "displayName", color, is_active as "isActive",
       sort_order as "sortOrder", extract(epoch from created_at)::float8 as "createdAt", ${extra}
     from ${table} order by sort_order, id`,
  );
}
