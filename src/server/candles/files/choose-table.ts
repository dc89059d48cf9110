import { AppError } from '../../errors';
import { listTables } from './containers';
import { detect } from './detect';
import { readSample } from './sample';
import type { NamedTable, TableSource } from './table-source';
import { listed } from './unpack';

/** Tables of one file that are looked at to find those of candles. */
const LOOKED_AT = 100;

/** A file's tables of candles: `name` is null where it has no other table. */
export type Choice = { name: string | null; source: TableSource; others: string[] };

/**
 * The table called `wanted` of the file at `path`, or its first one of candles with the names of
 * all: a zip may hold a description beside its one table, or a table for each month.
 */
export async function chooseTable(
  path: string,
  fileName: string,
  wanted?: string,
): Promise<Choice> {
  const tables = await listTables(path, fileName);
  const [first] = tables;
  if (first && tables.length === 1) return { name: null, source: await first.open(), others: [] };
  if (wanted !== undefined) {
    const found = tables.find(({ name }) => name === wanted);
    if (!found) throw noSuchTable(fileName, wanted, tables);
    return { name: wanted, source: await found.open(), others: [] };
  }
  const ofCandles: { name: string; source: TableSource }[] = [];
  for (const table of tables.slice(0, LOOKED_AT)) {
    const source = await openIfCandles(table);
    if (source) ofCandles.push({ name: table.name, source });
  }
  const [found, ...others] = ofCandles;
  if (!found) throw noTable(fileName, tables);
  return { ...found, others: others.map(({ name }) => name) };
}

async function openIfCandles({ open }: NamedTable): Promise<TableSource | null> {
  try {
    const source = await open();
    return detect(await readSample(source, 'beginning'), source.fileName) ? source : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const noSuchTable = (fileName: string, wanted: string, tables: NamedTable[]) =>
  new AppError(
    'BAD_REQUEST',
    `${fileName} holds no “${wanted}”, but ${listed(tables.map(({ name }) => name))}.`,
  );

const noTable = (fileName: string, tables: NamedTable[]) =>
  new AppError(
    'BAD_REQUEST',
    `${fileName} holds no table of candles: it has ${listed(tables.map(({ name }) => name))}.`,
  );
