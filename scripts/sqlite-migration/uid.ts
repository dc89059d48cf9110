import { hash } from 'node:crypto';
import type { Rowid } from './source/cell';

/** A UUID of version 5 for a row of a file, as its 16 bytes: the same whenever the same file is moved. */
export function rowUid(sourceHash: string, table: string, rowid: Rowid): Uint8Array {
  // As text, since the hash takes twice as long to make a Buffer of its own.
  const digest = hash('sha1', `${sourceHash}/${table}/${rowid}`, 'binary');
  const uid = Buffer.from(digest.slice(0, 16), 'latin1');
  uid[6] = (uid[6]! & 0x0f) | 0x50;
  uid[8] = (uid[8]! & 0x3f) | 0x80;
  return uid;
}
