import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { HEADER_BYTES, TRAILER_BYTES } from './rows';

/** More than a socket buffers before it says so. */
const SURELY_SENT = 96 << 10;
const TRAILER = Buffer.from([0xff, 0xff]);

/** The rows alone, of the bytes of a whole COPY. */
export const rowsIn = (bytes: Uint8Array) => bytes.subarray(HEADER_BYTES, -TRAILER_BYTES);

/** One COPY that is sent piece by piece, so that PostgreSQL works while the next one is made. */
export class CopyStream {
  readonly #stream;
  readonly #ended: Promise<void>;
  #isFirst = true;
  /** Its stream then has no connection any more. */
  #hasFailed = false;

  constructor(client: ClientBase, target: string) {
    const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
    this.#stream = stream;
    this.#ended = new Promise((resolve, reject) => {
      stream.on('error', (error) => {
        this.#hasFailed = true;
        reject(error);
      });
      stream.once('finish', resolve);
    });
    // Awaited at the end or by the next piece; until then a failure is nobody's.
    this.#ended.catch(() => {});
  }

  /** Takes the bytes of a whole COPY and adds its rows to this one; then they may be overwritten. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#hasFailed) return this.#ended;
    const piece = this.#isFirst ? bytes.subarray(0, -TRAILER_BYTES) : rowsIn(bytes);
    this.#isFirst = false;
    // Of little bytes the socket says that it took them when it has only put them by.
    const own = piece.length < SURELY_SENT ? Buffer.from(piece) : piece;
    const taken = new Promise<void>((resolve) => this.#stream.write(own, () => resolve()));
    await Promise.race([taken, this.#ended]);
  }

  async end(): Promise<void> {
    if (!this.#hasFailed) this.#stream.end(TRAILER);
    await this.#ended;
  }

  /** Makes it fail, so that its connection can be used again. */
  async abort(): Promise<void> {
    this.#stream.destroy(new Error('given up'));
    await this.#ended.catch(() => {});
  }
}

/** Runs a COPY of bytes that are all there. */
export function copyIn(client: ClientBase, target: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
    stream.on('error', reject);
    stream.once('finish', resolve);
    stream.end(bytes);
  });
}
