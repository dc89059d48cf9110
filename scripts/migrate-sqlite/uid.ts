import { hash } from 'node:crypto';
import type { Rowid } from './source/cells';

/** A UUID of version 5 for a row of a file: the same whenever the same file is moved. */
export function uidOf(sourceHash: string, table: string, rowid: Rowid): string {
  const hex = hash('sha1', `${sourceHash}/${table}/${rowid}`, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
