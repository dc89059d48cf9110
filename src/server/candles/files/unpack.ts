import { AppError } from '../../errors';
import { type ByteFile, headOf, openFile } from './byte-file';
import { gunzip, isGzip } from './gzip';
import { isZip, listZip } from './zip';

/** A file under the name that it has in its archive, or its own. */
export type Unpacked = { name: string; file: ByteFile };

/** The files in the one at `path`: those of a zip, or itself, unpacked. */
export async function unpack(path: string, fileName: string): Promise<Unpacked[]> {
  const file = await openFile(path, fileName);
  const head = await headOf(file);
  if (isGzip(head)) return [{ name: fileName, file: gunzip(file) }];
  if (!isZip(head)) return [{ name: fileName, file }];
  const members = await listZip(path, fileName);
  // Excel's workbooks are zips as well.
  const isWorkbook = members.some(({ name }) => name.startsWith('xl/'));
  return isWorkbook ? [{ name: fileName, file }] : members;
}

/** The only file there. Throws a BAD_REQUEST that names those of several. */
export async function unpackOnly(path: string, fileName: string): Promise<ByteFile> {
  const files = await unpack(path, fileName);
  const [first] = files;
  if (first && files.length === 1) return first.file;
  const names = listed(files.map(({ name }) => name));
  const why = `is a zip file of ${files.length} files (${names}). Import them one by one.`;
  throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
}

const LISTED = 10;
/** The first names of a list, for messages. */
export const listed = (names: string[]) =>
  names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
