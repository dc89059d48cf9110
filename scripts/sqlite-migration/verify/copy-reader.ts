import type { Connection, Submittable } from 'pg';
import { HEADER_BYTES, TRAILER_BYTES } from '@/lib/db/copy/rows';

const MESSAGE_HEAD = 5;
const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = 'c'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);

/** Takes rows from the bytes in which they lie. */
export type RowTaker = {
  row(bytes: Buffer, from: number, to: number): void;
  /** Called before the bytes of the last rows are overwritten. */
  flush?(): void;
};

/**
 * Reads a COPY in the binary format straight from the socket, where each row is a message of its
 * own. pg-copy-streams hands each on by itself, and for millions of them that is most of the work.
 */
export class CopyReader implements Submittable {
  readonly ended: Promise<void>;
  #end!: () => void;
  #fail!: (error: Error) => void;
  #buffer = Buffer.alloc(1 << 18);
  /** Bytes at the buffer's beginning that are a message whose end is still to come. */
  #kept = 0;
  #isFirst = true;

  constructor(
    /** What to copy: a table and its columns. */
    readonly source: string,
    readonly taker: RowTaker,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }

  submit(connection: Connection) {
    const { stream } = connection;
    const [usual] = stream.listeners('data') as ((bytes: Buffer) => void)[];
    if (!usual) throw new Error('nobody listens to the connection');
    const listen = (bytes: Buffer) => {
      try {
        const rest = this.#take(bytes);
        if (!rest) return;
        // The end, or an error, is for the one who usually listens.
        stream.removeListener('data', listen);
        stream.on('data', usual);
        usual(rest);
      } catch (error) {
        this.#fail(error as Error);
        stream.destroy();
      }
    };
    stream.removeListener('data', usual);
    stream.on('data', listen);
    connection.query(`copy ${this.source} to stdout (format binary)`);
  }

  /** Hands on the rows; what comes after them, once there is any. */
  #take(chunk: Buffer): Buffer | null {
    const length = this.#kept + chunk.length;
    if (length > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer.subarray(0, this.#kept)], 2 * length);
    }
    const bytes = this.#buffer;
    bytes.set(chunk, this.#kept);
    let at = 0;
    let isOver = false;
    while (at + MESSAGE_HEAD <= length) {
      const code = bytes[at];
      isOver = code === COPY_DONE || code === ERROR;
      if (isOver) break;
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (end > length) break;
      if (code === COPY_DATA) {
        const row = at + MESSAGE_HEAD + (this.#isFirst ? HEADER_BYTES : 0);
        this.#isFirst = false;
        if (end - row > TRAILER_BYTES) this.taker.row(bytes, row, end);
      }
      at = end;
    }
    this.taker.flush?.();
    if (isOver) return Buffer.from(bytes.subarray(at, length));
    bytes.copyWithin(0, at, length);
    this.#kept = length - at;
    return null;
  }

  handleError(error: Error) {
    this.#fail(error);
  }
  handleReadyForQuery() {
    this.#end();
  }
  handleCommandComplete() {}
}
