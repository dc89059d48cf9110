import type { ColumnRole, Mapping, Question } from '@/contract/uploads';
import {
  type AssignedPrices,
  askForOutside,
  isWhole,
  pricesByName,
  pricesByNumbers,
} from './assign-prices';
import { type AssignedTimes, assignTimes } from './assign-times';
import { assignVolume } from './assign-volume';
import { PRICE_ROLES } from './column-names';
import { type Column, called, columnsOf } from './columns';
import {
  askForComma,
  askForPoint,
  askForThousands,
  hasDecimalComma,
  isCommaOfPrices,
} from './decimal-comma';
import type { Detected, Told } from './detected';
import { type Format, formatOf, GENERIC, plainNames } from './formats';
import { askForInstrument, findInstruments, type InstrumentColumn } from './instrument-columns';
import type { Layout } from './layout';
import { isNo, isYes } from './numbers';
import { askForColumns, noRemarks, type Remarks, shown } from './questions';
import { askAboutTimes, askForRest, isHalfOfDay } from './time-questions';
import { wantedColumns } from './wanted-columns';
import { isZoneColumn, zoneClue } from './zone-clues';

/** Vendors that write whole billionths have prices above it. */
const BILLIONTHS = 1e10;

/** How the rows of one layout would be read; null when they are no candles. */
export function propose(
  layout: Layout,
  fileName: string,
  isComplete: boolean,
  { given = {}, columns: wanted = new Map() }: Told,
): Detected | null {
  const { delimiter, labels, header, rows } = layout;
  const remarks = noRemarks();
  const rough = given.decimalComma ?? hasDecimalComma(rows.flat(), delimiter);
  const columns = columnsOf(labels, rows, rough);
  const told = wantedColumns(wanted, columns, fileName);
  const found = assign(columns, told, layout, fileName, given, remarks);
  if (!found) return null;
  const { roles, times, instruments, format } = found;
  askAboutNames(header, columns, roles, remarks);

  const isOfOne = !instruments || instruments.values.length === 1;
  if (instruments && !isOfOne && !given.instruments) {
    remarks.questions.push(askForInstrument(instruments, isComplete));
  }
  if (times.found) {
    const unused = columns.filter(({ index }) => roles[index] === 'ignore');
    askForRest(times.found, unused, remarks);
    askAboutTimes(
      times.found,
      given,
      isOfOne,
      zoneClue([...times.roles.values()], unused, layout.preamble),
      remarks,
    );
  }
  const missing = PRICE_ROLES.filter((role) => !roles.includes(role));
  if (missing.length > 0) remarks.questions.push(askForPrices(missing, roles, columns));
  else {
    askForOutside(roles, columns, remarks);
    if (!given.priceDivisor) askForDivisor(roles, columns, remarks);
  }

  const cells = PRICE_ROLES.flatMap((role) => columns[roles.indexOf(role)]?.cells ?? []);
  const volumes = columns[roles.indexOf('volume')]?.cells ?? [];
  // Where prices are whole numbers, only the volume can tell a decimal sign from one of thousands.
  const isUntold = !cells.some((cell) => /[.,]/.test(cell));
  const prices = rows.map((row) => PRICE_ROLES.map((role) => row[roles.indexOf(role)] ?? ''));
  const isComma = isCommaOfPrices(prices, volumes);
  const mapping: Mapping = {
    delimiter,
    skipLines: layout.skipLines,
    columns: roles,
    timeFormat: times.found?.detected.format ?? 'iso',
    timeZone: 'UTC',
    decimalComma:
      isComma ?? (hasDecimalComma(cells, delimiter) || (isUntold && hasDecimalComma(volumes, ''))),
  };
  if (given.decimalComma === undefined) {
    if (isUntold && !mapping.decimalComma) askForPoint(volumes, remarks);
    if (!isUntold && isComma === null && !format) askForComma(prices, delimiter, remarks);
    askForThousands(prices, remarks);
  }
  const calendar = times.found?.detected.calendar;
  if (calendar && calendar !== 'gregorian') mapping.calendar = calendar;
  if (times.found?.digits) mapping.timeOfDayDigits = times.found.digits;
  // Who names a price has seen them all.
  const choices = [...wanted.keys()].some((role) => role !== 'symbol') ? [] : remarks.choices;
  return {
    format: format?.name ?? (header ? GENERIC.withHeader : GENERIC.without),
    mapping: { ...mapping, ...given },
    header: header ? labels : null,
    questions: [
      ...choices.map((choice) => askForColumns(choice, roles, columns)),
      ...remarks.questions,
    ],
    notes: remarks.notes,
    symbol: isOfOne ? (instruments?.values[0]?.[0] ?? layout.symbol) : null,
  };
}

type Found = {
  roles: ColumnRole[];
  times: AssignedTimes;
  instruments: InstrumentColumn | null;
  format: Format | null;
};

/** What every column is; null where there is neither a time nor prices. */
function assign(
  columns: Column[],
  told: Map<ColumnRole, Column>,
  layout: Layout,
  fileName: string,
  given: Partial<Mapping>,
  remarks: Remarks,
): Found | null {
  const free = columns.filter((column) => ![...told.values()].includes(column));
  const named = pricesByName(columns, remarks);
  const unnamed = free.filter(({ index }) => !isIn(named, index));
  const times = assignTimes(unnamed, told, layout, fileName, given, remarks);
  const timeColumns = [...times.roles.values()];
  const rest = free.filter((column) => !timeColumns.includes(column));
  const isNewestFirst = isDescending(times.values);
  const prices =
    named ?? pricesByNumbers(rest, columns, layout.header !== null, isNewestFirst, remarks);
  const set = { ...prices.set };
  for (const role of PRICE_ROLES) {
    const column = told.get(role);
    if (column) set[role] = column.index;
  }
  if (!times.found && Object.keys(set).length < 2) return null;

  const roles = columns.map((): ColumnRole => 'ignore');
  const give = (role: ColumnRole, index: number | undefined) => {
    if (index !== undefined) roles[index] = role;
  };
  for (const role of PRICE_ROLES) give(role, set[role]);
  for (const [role, column] of times.roles) give(role, column.index);
  const format = formatOf(seen(layout, fileName, times));
  if (format?.columns && [...told.keys()].every((role) => role === 'symbol')) {
    // Its order is known, and needs no numbers to tell it.
    remarks.choices.length = 0;
    for (const [i, role] of format.columns.entries()) roles[i] = role;
  } else if (isWhole(set) && !told.has('volume')) {
    const others = rest.filter(({ index }) => roles[index] === 'ignore');
    give('volume', assignVolume(others, columns, set, prices.qualifier, remarks) ?? undefined);
  }
  for (const [role, column] of told) give(role, column.index);
  const unused = free.filter(({ index }) => roles[index] === 'ignore');
  const close = columns[roles.indexOf('close')];
  const from = told.has('symbol')
    ? [told.get('symbol')!]
    : unused.filter((column) => !isZoneColumn(column) && !isHalfOfDay(column));
  const instruments = close ? findInstruments(from, times.values, close) : null;
  if (instruments) give('symbol', instruments.column.index);
  give('complete', unused.find(saysComplete)?.index);
  return { roles, times, instruments, format };
}

/** Called so, with a yes in most of its cells and a yes or a no in all. */
function saysComplete({ name, cells }: Column): boolean {
  if (!name.words.some(({ role }) => role === 'complete')) return false;
  const incomplete = cells.filter(isNo).length;
  return cells.every((cell) => isNo(cell) || isYes(cell)) && incomplete * 2 < cells.length;
}

const isIn = (prices: AssignedPrices | null, index: number) =>
  prices !== null && Object.values(prices.set).includes(index);

/** Newest first, as most vendors' web pages have it. */
function isDescending(times: number[]): boolean {
  const steps = times.slice(1).map((time, i) => time - times[i]!);
  return steps.filter((step) => step < 0).length > steps.filter((step) => step > 0).length;
}

function seen(layout: Layout, fileName: string, { found }: AssignedTimes) {
  const { header, preamble, delimiter, labels, rows } = layout;
  return {
    fileName,
    preamble,
    names: plainNames(header),
    header: header ?? [],
    delimiter,
    width: labels.length,
    timeFormat: found?.detected.format ?? ('iso' as const),
    isSplit: Boolean(found?.timeOfDay),
    first: rows[0] ?? [],
  };
}

function askForPrices(missing: string[], roles: ColumnRole[], columns: Column[]): Question {
  const listed = columns
    .map((column) => `${column.index + 1} ${column.label}`.trim())
    .slice(0, 20)
    .join(', ');
  const has = columns.filter(({ index }) => roles[index] !== 'ignore').map(called);
  return {
    field: 'columns',
    text: `It has no column that is known for ${missing.join(', ')}: ${has.length > 0 ? `only ${has.join(', ')} of ` : ''}${listed}.`,
    answers: [],
    assumed: null,
  };
}

/** More columns than names: signs inside of numbers may have parted them. */
function askAboutNames(
  header: string[] | null,
  columns: Column[],
  roles: ColumnRole[],
  remarks: Remarks,
) {
  if (!header || columns.length <= header.length) return;
  const unnamed = columns.filter(({ label, isEmpty }) => label === '' && !isEmpty);
  const isGroup = ({ cells }: Column) => cells.every((cell) => /^(\d{3}([.,]\d+)?)?$/.test(cell));
  const isPart = unnamed.length > 1 || unnamed.some((each) => each.index > 0 && isGroup(each));
  if (!isPart) return;
  const taken = columns.filter(({ index }) => roles[index] !== 'ignore');
  const listed = taken.map((column) => `${roles[column.index]} ${shown(column)}`).join(', ');
  remarks.choices.push({
    text: `Its header has ${header.length} names, but its rows have ${columns.length} columns: delimiters may stand inside of numbers, without quotes. Is it read rightly?`,
    answers: [{ label: `Yes: ${listed}`, roles: {} }],
  });
}

function askForDivisor(roles: ColumnRole[], columns: Column[], remarks: Remarks) {
  const prices = PRICE_ROLES.flatMap((role) => columns[roles.indexOf(role)]?.numbers ?? []);
  const known = prices.filter((price) => !Number.isNaN(price));
  if (known.length === 0 || !known.every((price) => price > BILLIONTHS && price % 1 === 0)) return;
  const [price] = known;
  remarks.questions.push({
    field: 'priceDivisor',
    text: `Prices such as ${price!.toLocaleString('en')} look like whole billionths. Are they?`,
    answers: [
      {
        label: `Yes: ${(price! / 1e9).toLocaleString('en')}`,
        sets: { priceDivisor: 1e9 },
        option: '--price-divisor 1e9',
      },
      { label: 'No, as they stand', sets: { priceDivisor: 1 }, option: '--price-divisor 1' },
    ],
    assumed: null,
  });
}
