import { type Column, eq, type SQL, sql } from 'drizzle-orm';
import { type Chart, chartSchema } from '@/contract/charts';
import type { Tx } from '@/lib/db';
import { chartMembers, charts } from '@/lib/db/schema';
import { wireColumns } from '@/lib/db/wire';
import { type Actor, LOCAL_ACTOR, type Role } from './context';
import { AppError } from './errors';
import { may, type Permission, rolesThat } from './permissions';

/** Who asks, and for what. Every function that reads or writes charts has it in its `where`. */
export type Scope = { actor: Actor; permission: Permission };
export type ChartScope = Scope & { chartId: number };

/** For scripts: what the local user may do at most. */
export const LOCAL_SCOPE: Scope = { actor: LOCAL_ACTOR, permission: 'manage' };

/** The rows of the scope's chart, and none where the actor is no member who may do this. */
export const ofChart = (scope: ChartScope, column: Column): SQL =>
  sql`${eq(column, scope.chartId)} and ${inScope(scope, sql`${scope.chartId}::integer`)}`;

/** Whether the actor may do this on the chart with this id: one lookup a statement for one chart. */
export const inScope = ({ actor, permission }: Scope, chartId: Column | SQL): SQL =>
  sql`exists (
    select 1 from ${chartMembers} where ${chartMembers.chartId} = ${chartId}
      and ${chartMembers.userId} = ${actor.id}
      and ${chartMembers.role} = any(${`{${rolesThat(permission).join(',')}}`}::text[]))`;

/** A chart as the browser knows it, for a select list. */
export const chartColumns = wireColumns(charts, Object.keys(chartSchema.shape));

/** The scope's chart. A chart that is not there and one that is not the actor's look the same. */
export async function requireChart(
  db: Tx,
  { actor, permission, chartId }: ChartScope,
): Promise<Chart> {
  const [found] = await db.execute<Chart & { member: Role }>(sql`
    select ${chartColumns}, ${chartMembers.role} as member from ${charts}
    join ${chartMembers} on ${chartMembers.chartId} = ${charts.id}
      and ${chartMembers.userId} = ${actor.id}
    where ${charts.id} = ${chartId}`);
  if (!found) throw noSuchChart(chartId);
  const { member, ...chart } = found;
  if (may({ role: member }, permission)) return chart;
  throw new AppError('FORBIDDEN', `Your role on this chart, ${member}, may not do this.`);
}

/** What was `read` of the scope's chart, by `ofChart`: nothing may mean that there is no such chart. */
export async function readOfChart<Row>(
  db: Tx,
  scope: ChartScope,
  read: Promise<Row[]>,
): Promise<Row[]> {
  const rows = await read;
  if (rows.length === 0) await requireChart(db, scope);
  return rows;
}

export const noSuchChart = (id: number) =>
  new AppError(
    'NOT_FOUND',
    `There is no chart ${id}. If it was deleted, the list of charts can restore it.`,
  );
