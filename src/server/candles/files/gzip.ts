import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type ByteFile, PACKED_CHUNK, type ReadProgress, unpacked } from './byte-file';

export const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;

/** `prices.csv.gz` unpacked; progress counts packed bytes, as nobody knows how many come out. */
export function gunzip(file: ByteFile): ByteFile {
  const { fileName, totalBytes } = file;
  return {
    fileName,
    totalBytes,
    path: null,
    bytes: (progress: ReadProgress = { bytes: 0 }) => {
      const transform = createGunzip({ chunkSize: PACKED_CHUNK });
      return unpacked(
        pipeline(file.bytes(progress), transform, () => {}),
        fileName,
        () => progress.bytes,
      );
    },
  };
}
