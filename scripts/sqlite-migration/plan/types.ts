import { NEGATIVE_LABEL } from '@/contract/spans';
import type { Context } from '../conversion/outcome';
import { convertRow, type Lossy, type Reject } from '../conversion/rows';
import type { Rowid } from '../source/cell';
import type { RowSource } from '../source/row-source';
import { IdPlan, wantedId } from './ids';
import type { SeenLabel } from './marks';
import { count, countReason, emptyTally, type Tally } from './tally';

export type TypeTable = 'annotation_types' | 'span_label_types';

/** A row of either table of types; span labels have a hotkey, annotation types the other two. */
export type LabelType = {
  id: number;
  name: string;
  displayName: string;
  color: string;
  isActive: boolean;
  sortOrder: number;
  createdAt: number;
  hotkey: string | null;
  category: string;
  icon: string | null;
};

type FileType = {
  rowid: Rowid;
  own: number | null;
  name: string;
  values: Record<'display_name' | 'color' | 'category' | 'icon' | 'hotkey', string | null>;
  isActive: boolean;
  sortOrder: number | null;
  createdAt: number;
};

/** The file's own types, converted. */
export type FileTypes = {
  table: TypeTable;
  types: FileType[];
  ids: IdPlan;
  rejects: Reject[];
  lossy: { rowid: Rowid; lossy: Lossy[] }[];
  tally: Tally;
};

const PALETTE = ['#5b9dff', '#e58a3c', '#c678dd', '#3fb27f', '#d9b63a', '#e0679a', '#8a94a6'];
const CATEGORIES = new Map(
  Object.entries({
    ...{ marker: 'marker', point: 'marker', arrow: 'marker', flag: 'marker', icon: 'marker' },
    ...{ line: 'line', trendline: 'line', 'trend line': 'line', segment: 'line' },
    ...{ rectangle: 'rectangle', rect: 'rectangle', box: 'rectangle', zone: 'rectangle' },
  }),
);
const ICONS = new Map(
  Object.entries({
    ...{ arrowup: 'arrow-up', up: 'arrow-up', '↑': 'arrow-up', '▲': 'arrow-up', '⬆': 'arrow-up' },
    ...{ arrowdown: 'arrow-down', down: 'arrow-down', '↓': 'arrow-down', '▼': 'arrow-down' },
  }),
);

export function readTypes(
  table: TypeTable,
  rows: RowSource | null,
  context: Context,
  idIsRowid: boolean,
): FileTypes {
  const ids = new IdPlan(idIsRowid);
  const found: FileTypes = { table, types: [], ids, rejects: [], lossy: [], tally: emptyTally() };
  const names = new Set<string>();
  for (const row of rows?.after(null) ?? []) {
    found.tally.read++;
    const converted = convertRow(table, row, context);
    const repeated = !('reject' in converted) && names.has(converted.values.name);
    if ('reject' in converted || repeated) {
      const reason = 'name: another row has the same name';
      const reject =
        'reject' in converted ? converted.reject : { rowid: row.rowid, reason, raw: null, row };
      found.rejects.push(reject);
      countReason(found.tally, reject.reason);
      continue;
    }
    const { values, notes, lossy } = converted;
    names.add(values.name);
    found.tally.stored++;
    for (const note of notes) count(found.tally.conversions, note);
    if (lossy.length > 0) found.lossy.push({ rowid: row.rowid, lossy });
    const wanted = wantedId(row.rowid, values.id, Boolean(rows?.columns.includes('id')));
    const own = ids.add(row.rowid, wanted) ? wanted : null;
    if (own === null && wanted !== null) count(found.tally.conversions, 'id: repeated id replaced');
    const optional = { category: null, icon: null, hotkey: null, ...values };
    found.types.push({
      rowid: row.rowid,
      own,
      name: values.name,
      values: optional,
      isActive: values.is_active,
      sortOrder: values.sort_order,
      createdAt: values.created_at,
    });
  }
  ids.settle();
  return found;
}

/**
 * All types that the table will hold: the file's as they are, then one for each label that only
 * marks have, then those that were there and that the file does not name. On its own result it
 * changes nothing.
 */
export function planTypes(
  file: FileTypes,
  labels: Map<string, SeenLabel>,
  existing: LabelType[],
  startedAt: number,
  conversions: Tally['conversions'] = {},
): LabelType[] {
  const before = new Map(existing.map((type) => [type.name, type]));
  const planned = file.types.map((type, i) => {
    const id = file.ids.idOf(type.rowid, type.own);
    return fromFile(type, id, i, before.get(type.name), labels.get(type.name), conversions);
  });
  const names = new Set(planned.map((type) => type.name));
  const taken = new Set(planned.map((type) => type.id));
  const rest = existing.filter((type) => !names.has(type.name));
  for (const type of rest) names.add(type.name);
  const made = [...labels].filter(([label]) => !names.has(label) && label !== NEGATIVE_LABEL);
  let highest = Math.max(0, ...taken, ...rest.map((type) => type.id));
  let last = Math.max(0, ...[...planned, ...rest].map((type) => type.sortOrder));
  for (const type of rest) {
    planned.push({ ...type, id: taken.has(type.id) ? ++highest : type.id });
  }
  for (const [label, seen] of made) {
    planned.push(forLabel(label, seen, ++highest, ++last, startedAt));
    count(conversions, 'name: type made for a label that only marks have');
  }
  return file.table === 'span_label_types' ? freeHotkeys(planned, conversions) : planned;
}

function fromFile(
  type: FileType,
  id: number,
  index: number,
  before: LabelType | undefined,
  seen: SeenLabel | undefined,
  conversions: Tally['conversions'],
): LabelType {
  const { name, values } = type;
  const category = CATEGORIES.get(values.category?.trim().toLowerCase() ?? '');
  const icon = ICONS.get(values.icon?.toLowerCase().replace(/[-_ ]|️/g, '') ?? '');
  if (values.category && category !== values.category) {
    count(conversions, 'category: put in one of marker, line, rectangle');
  }
  if (icon && icon !== values.icon) count(conversions, 'icon: named as the new app names it');
  return {
    id,
    name,
    displayName: values.display_name ?? before?.displayName ?? titleOf(name),
    color: values.color ?? before?.color ?? seen?.color ?? colorOf(id),
    isActive: type.isActive,
    sortOrder: type.sortOrder ?? index + 1,
    createdAt: type.createdAt,
    hotkey: values.hotkey,
    category: category ?? before?.category ?? categoryOf(name, seen),
    icon: icon ?? before?.icon ?? values.icon,
  };
}

function forLabel(
  name: string,
  seen: SeenLabel,
  id: number,
  sortOrder: number,
  createdAt: number,
): LabelType {
  return {
    id,
    name,
    displayName: titleOf(name),
    color: seen.color ?? colorOf(id),
    isActive: true,
    sortOrder,
    createdAt,
    hotkey: null,
    category: categoryOf(name, seen),
    icon: null,
  };
}

/** Of two active types with one hotkey the first in the list keeps it, the file's before others. */
function freeHotkeys(types: LabelType[], conversions: Tally['conversions']): LabelType[] {
  const taken = new Set<string>();
  return types.map((type) => {
    if (!type.isActive || type.hotkey === null) return type;
    if (!taken.has(type.hotkey)) {
      taken.add(type.hotkey);
      return type;
    }
    count(conversions, 'hotkey: taken by another label, left out');
    return { ...type, hotkey: null };
  });
}

const titleOf = (name: string) =>
  name.replaceAll('_', ' ').replace(/^./u, (letter) => letter.toUpperCase());
const colorOf = (id: number) => PALETTE[id % PALETTE.length]!;
const categoryOf = (name: string, seen: SeenLabel | undefined) =>
  name === 'rectangle' ? 'rectangle' : seen?.drawn || name === 'line' ? 'line' : 'marker';
