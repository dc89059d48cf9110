import { AppError } from '../../errors';
import { type ByteFile, headOf, openFile } from './byte-file';
import { gunzip, isGzip } from './gzip';
import { isWorkbook, listSheets } from './workbook';
import { isZip, listZip } from './zip';

/** A file under the name that it has in its archive or workbook, or its own. */
export type Unpacked = { name: string; file: ByteFile };

/** The files in the one at `path`: those of a zip, the sheets of a workbook, or itself, unpacked. */
export async function unpack(path: string, fileName: string): Promise<Unpacked[]> {
  const file = await openFile(path, fileName);
  const head = await headOf(file);
  if (isGzip(head)) return [{ name: fileName, file: gunzip(file) }];
  if (!isZip(head)) return [{ name: fileName, file }];
  const members = await listZip(path, fileName);
  return isWorkbook(members) ? listSheets(file, members) : members;
}

/** The only file there. Throws a BAD_REQUEST that names those of several. */
export async function unpackOnly(path: string, fileName: string): Promise<ByteFile> {
  const files = await unpack(path, fileName);
  const [first] = files;
  if (first && files.length === 1) return first.file;
  const names = listed(files.map(({ name }) => name));
  const why = `holds ${files.length} files or sheets (${names}). Import them one by one.`;
  throw new AppError('BAD_REQUEST', `${fileName} ${why}`);
}

const LISTED = 10;
/** The first names of a list, for messages. */
export const listed = (names: string[]) =>
  names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', …' : '');
