import type { Plan } from './plan/plan';
import type { Tally } from './plan/tally';
import type { ColumnProfile, TimeUnit } from './source/profile';
import { TABLES, type TableName } from './source/shape';
import type { Snapshot } from './source/snapshot';

export const number = (value: number) => value.toLocaleString('en');
export const rowCount = (rows: number) => `${number(rows)} ${rows === 1 ? 'row' : 'rows'}`;

/** What stands in the file, for a person to read before anything is written. */
export function describeSource(snapshot: Snapshot, plan: Plan): string[] {
  const lines = ['', 'From'];
  for (const { path, bytes, sha256 } of snapshot.files) {
    lines.push(`  ${path}`, `    ${number(bytes)} bytes, SHA-256 ${sha256}`);
  }
  lines.push(`  It looks like release ${plan.shape.release}.`, '');
  for (const table of TABLES) lines.push(...describeTable(table, plan));
  for (const { name, rows } of plan.shape.others) {
    lines.push(`  ${name}: ${rowCount(rows)} left in the file; the old app made no such table.`);
  }
  return lines;
}

function describeTable(table: TableName, plan: Plan): string[] {
  const shape = plan.shape.tables[table];
  if (!shape) return [];
  const lines = [`  ${table}: ${rowCount(shape.rows)}`];
  const profile = plan.profiles[table];
  for (const [column, found] of Object.entries(profile?.columns ?? {})) {
    const unit = profile?.units[column];
    const range = unit ? `; ${describeTimes(unit)}` : '';
    if (shape.rows > 0) lines.push(`    ${column.padEnd(16)} ${describeTypes(found)}${range}`);
  }
  if (shape.missing.length > 0) lines.push(`    without ${shape.missing.join(', ')}`);
  if (shape.extra.length > 0) {
    lines.push(`    ${shape.extra.join(', ')}: not columns of the old app, they stay in the file`);
  }
  return [...lines, ...describeOutcome(tallyOf(plan, table))];
}

export function tallyOf(plan: Plan, table: TableName): Tally {
  if (table === 'charts') return plan.charts.tally;
  if (table === 'candles' || table === 'annotations' || table === 'span_annotations') {
    return plan[table].tally;
  }
  return plan.types[table].tally;
}

export function describeOutcome(tally: Tally): string[] {
  const lines = Object.entries(tally.conversions).map(([what, n]) => `    ${number(n)} × ${what}`);
  if (tally.rejected > 0) {
    lines.push(`    ${rowCount(tally.rejected)} cannot be moved:`);
    for (const [why, n] of Object.entries(tally.reasons)) lines.push(`      ${number(n)} × ${why}`);
  }
  return lines;
}

function describeTypes({ types }: ColumnProfile): string {
  const found = Object.entries(types).filter(([, n]) => n > 0);
  if (found.length === 1) return found[0]![0];
  return found.map(([type, n]) => `${number(n)} ${type}`).join(', ');
}

function describeTimes({ seconds, millis, milliseconds }: TimeUnit): string {
  if (seconds.count + millis.count === 0) return 'no times';
  const range = milliseconds ? millis : seconds;
  const date = (value: number) => day(milliseconds ? value / 1000 : value);
  const odd = Math.min(seconds.count, millis.count);
  const others = odd > 0 ? `, ${number(odd)} of them not` : '';
  return `${milliseconds ? 'milliseconds' : 'seconds'}${others}, ${date(range.min)} to ${date(range.max)}`;
}

function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().slice(0, 10);
}

/** Rows that no table will hold. */
export const countRejected = (plan: Plan) =>
  TABLES.reduce((sum, table) => sum + tallyOf(plan, table).rejected, 0);
