import type { Column } from './columns';
import { AMBIGUOUS_ZONES, zoneNamed } from './zone-names';

/** What a table says of the zone of times that have no offset themselves. */
export type ZoneClue = {
  /** Where it says so, for people. */
  where: string;
  name: string;
  /** Zones that it may mean, the likeliest first; empty where it says only that there is one. */
  zones: string[];
};

/** Abbreviations that people write for the clocks of a place, in winter and in summer. */
const PLACES: Record<string, string> = {
  ...{ et: 'America/New_York', est: 'America/New_York', edt: 'America/New_York' },
  ...{ ct: 'America/Chicago', cdt: 'America/Chicago', mt: 'America/Denver' },
  ...{ pt: 'America/Los_Angeles', pst: 'America/Los_Angeles', pdt: 'America/Los_Angeles' },
  ...{ cet: 'Europe/Berlin', cest: 'Europe/Berlin', mez: 'Europe/Berlin', mesz: 'Europe/Berlin' },
  ...{ wet: 'Europe/Lisbon', eet: 'Europe/Athens', eest: 'Europe/Athens' },
  ...{ aest: 'Australia/Sydney', aedt: 'Australia/Sydney', 'new york': 'America/New_York' },
};

const ZONE_COLUMN = /^(tz|time ?zone|zone|tz ?name|(utc|gmt) ?offset|(tz|zone) ?offset)$/;
const plain = (text: string) =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ')
    .trim();

/** In the name of a time's column, such as `Time (EST)`, in a column beside it, or in a line above the header. */
export function zoneClue(times: Column[], others: Column[], above: string[]): ZoneClue | null {
  for (const { label } of times) {
    const clue = inName(label);
    if (clue) return { where: `“${label.trim()}”`, ...clue };
  }
  const column = others.find(isZoneColumn);
  if (!column) return inLines(above);
  const names = [...new Set(column.cells.map((cell) => cell.trim()).filter(Boolean))];
  const zones = [...new Set(names.flatMap(zonesOf))];
  return {
    where: `The column “${column.label.trim()}”`,
    name: names.slice(0, 3).join(', '),
    zones,
  };
}

/** `Time zone: US/Eastern`, `All times are in EST`. */
const IN_LINE = /\b(?:time ?zone\b\W+|times? (?:are |is )?(?:in |shown in )?)([a-z][\w/+:-]*)/i;

function inLines(lines: string[]): ZoneClue | null {
  for (const line of lines) {
    const name = IN_LINE.exec(line)?.[1];
    const zones = name === undefined ? [] : zonesOf(name);
    if (name !== undefined && zones.length > 0) return { where: `“${line.trim()}”`, name, zones };
  }
  return null;
}

/** In brackets or at the end: `Date et heure` is no Eastern Time. */
function inName(label: string): Omit<ZoneClue, 'where'> | null {
  const text = plain(label);
  const bracketed = /[([]([^)\]]+)[)\]]/.exec(text)?.[1];
  const offset = /(?:utc|gmt) ?[+-−]\d{1,2}(?::?\d\d)?/.exec(text)?.[0];
  if (!offset && /\b(utc|gmt)\b/.test(text)) return { name: 'UTC', zones: ['UTC'] };
  const path = /[a-z]+\/[a-z_ ]+(?:\/[a-z_ ]+)?/i.exec(label)?.[0];
  const last = text.split(/[^\p{L}]+/u).findLast(Boolean) ?? '';
  for (const name of [offset, path, bracketed, last]) {
    const zones = name === undefined ? [] : zonesOf(name);
    if (name !== undefined && zones.length > 0) return { name: shownName(name), zones };
  }
  return /\blocal\b/.test(text) ? { name: 'local', zones: [] } : null;
}

const shownName = (name: string) =>
  /^([a-z]{2,4}|(utc|gmt).*)$/.test(name) ? name.toUpperCase() : name;

function zonesOf(name: string): string[] {
  const bare = plain(name);
  const place = PLACES[bare];
  const ambiguous = AMBIGUOUS_ZONES[bare];
  if (ambiguous) return [...ambiguous];
  const trimmed = name.trim();
  const isNumber = /^[+-]?\d+([.:]\d+)?$/.test(trimmed);
  const offset = isNumber ? offsetOf(trimmed) : trimmed;
  const found = offset === null ? null : zoneNamed(offset);
  if (found === 0) return ['UTC'];
  const exact = found === null ? [] : [typeof found === 'number' ? written(found) : found];
  return place ? [place, ...exact.filter((zone) => zone !== place)] : exact;
}

/** Hours, or the seconds that some vendors write. */
function offsetOf(text: string): string | null {
  if (text.includes(':')) return text;
  const value = Number(text);
  const seconds = Math.abs(value) > 14 ? value : value * 3_600;
  return Math.abs(seconds) > 14 * 3_600 ? null : written(seconds);
}

function written(seconds: number): string {
  const minutes = Math.abs(seconds) / 60;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Called so, with zones or offsets in it; or texts that are all names of zones. */
export function isZoneColumn({ label, name, cells, isEmpty }: Column): boolean {
  if (isEmpty || name.words.some(({ role }) => role === 'symbol')) return false;
  const names = [...new Set(cells.map((cell) => cell.trim()).filter(Boolean))];
  if (names.length === 0 || names.length > 4) return false;
  if (!names.every((name) => zonesOf(name).length > 0)) return false;
  return ZONE_COLUMN.test(plain(label)) || names.every((name) => isZoneText(name));
}

/** Of letters that can hardly be a symbol. */
const isZoneText = (name: string) =>
  /^(utc|gmt|e[sd]t|c[ds]t|m[ds]t|p[ds]t|ces?t|ees?t|wes?t|bst|jst|[a-z]+\/[a-z_]+)$/i.test(name);
