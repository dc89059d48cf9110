import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { nameCandidates } from '../../charts/rules';
import { AppError, sqlState } from '../../errors';
import { rolesThat } from '../../permissions';
import { type ChartScope, noSuchChart, type Scope } from '../../scope';

const UNIQUE_VIOLATION = '23505';
const CANDIDATES = 100;

/** A chart that no one sees before its transaction ends, under a name that no one else wants. */
export async function createUnnamedChart(client: ClientBase, { actor }: Scope): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `with made as (insert into charts (name, created_by) values ($1, $2) returning id),
       owned as (insert into chart_members (chart_id, user_id, role) select id, $2, 'owner' from made)
     select id from made`,
    [`import ${randomUUID()}`, actor.id],
  );
  await skipForeignKeyChecks(client);
  return rows[0]!.id;
}

/**
 * Until the transaction ends, for those whose role may. Its candles refer to a chart that nobody
 * else can delete meanwhile, as it has just made or locked it; looking it up for each of them takes
 * three quarters of the time that PostgreSQL needs to store them.
 */
export async function skipForeignKeyChecks(client: ClientBase) {
  await client.query(
    `select set_config('session_replication_role', 'replica', true)
     where has_parameter_privilege('session_replication_role', 'SET')`,
  );
}

/**
 * Gives the chart its name, or `-2`, `-3`, … where that is taken. The last thing an import does:
 * until its transaction ends, others who want the same name wait.
 */
export async function nameChart(client: ClientBase, chartId: number, wanted: string) {
  for (let from = 1; ; ) {
    const candidates = nameCandidates(wanted, from, CANDIDATES);
    const { rows } = await client.query<{ name: string }>(
      'select name from charts where name = any($1)',
      [candidates],
    );
    const taken = new Set(rows.map((row) => row.name));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free === undefined) {
      from += CANDIDATES;
      continue;
    }
    await client.query('savepoint naming');
    try {
      await client.query('update charts set name = $2 where id = $1', [chartId, free]);
      return free;
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      // Somebody took the name in between: look again.
      await client.query('rollback to savepoint naming');
    }
  }
}

/** As inScope, for a connection without Drizzle, behind one parameter. */
const IN_SCOPE = `exists (
  select from chart_members where chart_id = charts.id and user_id = $2 and role = any($3))`;
const memberOf = ({ actor, permission }: Scope) => [actor.id, rolesThat(permission)];

/** The instrument that a chart is of, as its file calls it. */
export async function setSymbol(client: ClientBase, chartId: number, symbol: string) {
  await client.query('update charts set symbol = $2 where id = $1', [chartId, symbol]);
}

/** Throws a BAD_REQUEST where the chart is of another instrument than the rows that go on it. */
export async function requireSymbol(
  client: ClientBase,
  chartId: number,
  instruments: readonly string[],
) {
  const [own] = instruments;
  const { rows } = await client.query<{ name: string; symbol: string | null }>(
    'select name, symbol from charts where id = $1',
    [chartId],
  );
  const [chart] = rows;
  if (own === undefined || !chart?.symbol || chart.symbol === own) return;
  throw otherInstrument(`This file is of “${own}”, and “${chart.name}” is of “${chart.symbol}”`);
}

export const otherInstrument = (what: string) =>
  new AppError(
    'BAD_REQUEST',
    `${what}. Nothing was stored. Where both are names of one instrument, leave its column out, or say --one-chart.`,
  );

/** Whose times a file gives in the zone of an exchange is traded there; an offset alone names none. */
export async function setExchangeZone(client: ClientBase, chartId: number, zone: string) {
  if (!zone.includes('/') || zone.startsWith('Etc/')) return;
  await client.query('update charts set exchange_zone = $2 where id = $1', [chartId, zone]);
}

export type ExistingChart = { id: number; name: string };

/** Throws a NOT_FOUND where there is none. */
export async function chartToChange(
  client: ClientBase,
  { chartId, ...scope }: ChartScope,
  lock: 'for key share' | '',
): Promise<ExistingChart> {
  const { rows } = await client.query<ExistingChart>(
    `select id, name from charts where id = $1 and ${IN_SCOPE} ${lock}`,
    [chartId, ...memberOf(scope)],
  );
  if (!rows[0]) throw noSuchChart(chartId);
  return rows[0];
}

export async function findChartNamed(
  client: ClientBase,
  scope: Scope,
  name: string,
): Promise<ExistingChart> {
  const { rows } = await client.query<ExistingChart>(
    `select id, name from charts where name = $1 and ${IN_SCOPE}`,
    [name, ...memberOf(scope)],
  );
  if (!rows[0]) throw new AppError('NOT_FOUND', `There is no chart named “${name}”.`);
  return rows[0];
}
