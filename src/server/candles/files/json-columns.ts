/** A price each, and a time. */
const LEAST_COLUMNS = 5;

/** Arrays of the same length under names: a table whose columns stand one after the other. */
export type JsonColumns = { names: string[]; rows: unknown[][] };

/**
 * `{"t": […], "o": […]}` wherever in a value it stands, and `{"open": {"0": …}, "close": {"0": …}}`, as
 * pandas writes it, with the keys in front as a column without a name; null where there is none.
 */
export function columnsIn(value: unknown): JsonColumns | null {
  const found: [name: string, cells: unknown[]][] = [];
  collect(value, '', found);
  const lengths = new Map<number, number>();
  for (const [, { length }] of found) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  const [[length, count] = [0, 0]] = [...lengths].sort(([, a], [, b]) => b - a);
  if (count >= LEAST_COLUMNS) return table(found.filter(([, cells]) => cells.length === length));
  return keyedRecords(value) ?? keyedColumns(value);
}

function collect(value: unknown, name: string, found: [string, unknown[]][]) {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, key, found);
  } else if (value.length > 0 && value.every((cell) => typeof cell !== 'object' || cell === null)) {
    if (name !== '') found.push([name, value]);
  } else for (const inner of value) collect(inner, '', found);
}

function keyedColumns(value: unknown): JsonColumns | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const columns = Object.entries(value);
  const [first] = columns;
  if (columns.length < LEAST_COLUMNS - 1 || !isRecord(first?.[1])) return null;
  const keys = Object.keys(first[1]);
  const isLike = (cells: unknown) =>
    isRecord(cells) &&
    Object.keys(cells).length === keys.length &&
    keys.every((key) => key in cells);
  if (!columns.every(([, cells]) => isLike(cells))) return null;
  return table([
    ['', keys],
    ...columns.map(([name, cells]): [string, unknown[]] => [name, Object.values(cells as object)]),
  ]);
}

/** A record under each time, as Alpha Vantage has them, and pandas with `orient="index"`. */
function keyedRecords(value: unknown): JsonColumns | null {
  if (!isRecord(value)) return null;
  const records = Object.entries(value);
  const [first] = records;
  if (first && isRecord(first[1])) {
    const names = Object.keys(first[1]);
    const isLike = (record: unknown): record is Record<string, unknown> =>
      isRecord(record) &&
      names.every((name) => name in record) &&
      Object.values(record).every((cell) => typeof cell !== 'object' || cell === null);
    if (
      names.length >= LEAST_COLUMNS - 1 &&
      isTime(first[0]) &&
      records.every(([, each]) => isLike(each))
    ) {
      const rows = records.map(([key, record]) => [
        key,
        ...names.map((name) => (record as Record<string, unknown>)[name]),
      ]);
      return { names: ['', ...names], rows };
    }
  }
  for (const inner of Object.values(value)) {
    const found = keyedRecords(inner);
    if (found) return found;
  }
  return null;
}

const isTime = (key: string) => /^-?\d{1,4}[-/.]\d|^\d{8,}$/.test(key);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function table(columns: [name: string, cells: unknown[]][]): JsonColumns {
  const [first] = columns;
  return {
    names: columns.map(([name]) => name),
    rows: (first?.[1] ?? []).map((_, row) => columns.map(([, cells]) => cells[row])),
  };
}
