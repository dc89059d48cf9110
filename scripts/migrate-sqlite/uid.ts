import { createHash } from 'node:crypto';
import type { Rowid } from './source/cells';

/** A UUID of version 5 for a row of a file: the same whenever the same file is moved. */
export function uidOf(sourceHash: string, table: string, rowid: Rowid): string {
  const bytes = createHash('sha1').update(`${sourceHash}/${table}/${rowid}`).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}
