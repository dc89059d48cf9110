import { EXPORT_FILES, type ExportFormat } from '@/contract/exports';

const MOST_CHARACTERS = 100;
/** What some file system does not take in a name, or what shows it as another one. */
const UNSAFE = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]+/gu;
/** Devices on Windows, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** `S&P 500 2026-11-26-spans.json`; `name` is a chart's, or says what charts there are. */
export function exportFileName(name: string, format: ExportFormat, date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return `${safeName(name)} ${day}${EXPORT_FILES[format].ending}`;
}

function safeName(name: string): string {
  const safe = [...name.replace(UNSAFE, '-')].slice(0, MOST_CHARACTERS).join('');
  const bare = safe.replace(/^[\s.-]+|[\s.-]+$/g, '');
  return bare === '' || RESERVED.test(bare) ? `chart ${bare}`.trim() : bare;
}
