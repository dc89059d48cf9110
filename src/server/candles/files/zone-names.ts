import { zoneList } from '@/contract/zone-list';
import { AppError } from '../../errors';

const HOUR = 3_600;
const OFFSET = /^(?:utc|gmt)?\s?([+-]|−)(\d{1,2})(?::?(\d\d))?$/i;

/** Windows’ names of zones that exchanges are in. */
const WINDOWS: Record<string, string> = {
  'eastern standard time': 'America/New_York',
  'central standard time': 'America/Chicago',
  'mountain standard time': 'America/Denver',
  'pacific standard time': 'America/Los_Angeles',
  'gmt standard time': 'Europe/London',
  'w. europe standard time': 'Europe/Berlin',
  'central europe standard time': 'Europe/Budapest',
  'romance standard time': 'Europe/Paris',
  'russian standard time': 'Europe/Moscow',
  'tokyo standard time': 'Asia/Tokyo',
  'china standard time': 'Asia/Shanghai',
  'singapore standard time': 'Asia/Singapore',
  'india standard time': 'Asia/Kolkata',
  'aus eastern standard time': 'Australia/Sydney',
};

/** Abbreviations that stand behind times and mean one offset, in hours. */
const ABBREVIATIONS: Record<string, number> = {
  ...{ 'etc/utc': 0, 'etc/gmt': 0, 'etc/zulu': 0, zulu: 0 },
  ...{ utc: 0, gmt: 0, z: 0, wet: 0, west: 1, cet: 1, cest: 2, mez: 1, mesz: 2, eet: 2, eest: 3 },
  ...{ msk: 3, est: -5, edt: -4, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 },
  ...{ jst: 9, kst: 9, hkt: 8, sgt: 8, aest: 10, aedt: 11, nzst: 12, nzdt: 13 },
};

/** Abbreviations of several zones: which one has to be said. */
export const AMBIGUOUS_ZONES: Record<string, readonly string[]> = {
  cst: ['America/Chicago', 'Asia/Shanghai'],
  ist: ['Asia/Kolkata', 'Asia/Jerusalem', 'Europe/Dublin'],
  bst: ['Europe/London', 'Asia/Dhaka'],
};

/** What a name stands for: seconds east of UTC, or a zone of the IANA's; null for neither. */
export function zoneNamed(name: string): number | string | null {
  const plain = name.trim().toLowerCase();
  const [, sign, hours, minutes = '0'] = OFFSET.exec(plain) ?? [];
  if (sign) {
    const seconds = Number(hours) * HOUR + Number(minutes) * 60;
    return Number(hours) > 14 || Number(minutes) > 59 ? null : sign === '+' ? seconds : -seconds;
  }
  const offset = ABBREVIATIONS[plain];
  if (offset !== undefined) return offset * HOUR;
  const zone = WINDOWS[plain] ?? name.trim();
  return isZone(zone) ? zone : null;
}

/** As zoneNamed. Throws a BAD_REQUEST that says what is like a name that is none. */
export function requireZone(name: string): number | string {
  const zone = zoneNamed(name);
  if (zone !== null) return zone;
  const several = AMBIGUOUS_ZONES[name.trim().toLowerCase()];
  const nearest = several ?? nearestZones(name);
  const hint = nearest.length > 0 ? `Do you mean ${nearest.join(' or ')}?` : '';
  const advice = hint || 'Use a name such as Europe/Berlin, or an offset such as +05:30.';
  throw new AppError('BAD_REQUEST', `There is no time zone “${name}”. ${advice}`);
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Zones of a city or a country that the name has in it. */
function nearestZones(name: string): string[] {
  const words = name.toLowerCase().split(/[^\p{L}]+/u);
  const long = words.filter((word) => word.length > 3);
  const found = zoneList().filter((zone) =>
    zone
      .toLowerCase()
      .split(/[/_]/)
      .some((part) => long.includes(part) && part !== 'america'),
  );
  return found.slice(0, 3);
}
