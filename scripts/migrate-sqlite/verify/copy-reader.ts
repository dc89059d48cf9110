import type { Connection, Submittable } from 'pg';

const MESSAGE_HEAD = 5;
const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = 'c'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);

/** Bytes in which whole messages of a COPY lie, one after the other; they are not kept. */
export type Messages = (bytes: Buffer, from: number, to: number) => void;

/** Of a COPY in the binary format, before its first row. */
const HEADER_BYTES = 19;
const TRAILER_BYTES = 2;

/** Finds the rows in the messages of a COPY in the binary format: each is a message of its own. */
export class CopiedRows {
  #isFirst = true;

  find(bytes: Buffer, from: number, to: number, onRow: (from: number, to: number) => void) {
    for (let at = from; at < to; ) {
      const row = at + MESSAGE_HEAD + (this.#isFirst ? HEADER_BYTES : 0);
      this.#isFirst = false;
      at += 1 + bytes.readInt32BE(at + 1);
      if (at - row > TRAILER_BYTES) onRow(row, at);
    }
  }
}

/**
 * Reads a COPY straight from the socket. pg-copy-streams hands each row on by itself, and for
 * millions of them that is most of the work.
 */
export class CopyReader implements Submittable {
  readonly ended: Promise<void>;
  #end!: () => void;
  #fail!: (error: Error) => void;
  #buffer = Buffer.alloc(1 << 18);
  #stream: Connection['stream'] | undefined;
  /** Bytes at the buffer's beginning that are a message whose end is still to come. */
  #kept = 0;

  constructor(
    readonly sql: string,
    readonly onMessages: Messages,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }

  submit(connection: Connection) {
    const { stream } = connection;
    this.#stream = stream;
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
    connection.query(this.sql);
  }

  /** Hands on the messages of the COPY; what comes after them, once there is any. */
  #take(chunk: Buffer): Buffer | null {
    const length = this.#kept + chunk.length;
    if (length > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer.subarray(0, this.#kept)], 2 * length);
    }
    const bytes = this.#buffer;
    bytes.set(chunk, this.#kept);
    let at = 0;
    let from = 0;
    while (at + MESSAGE_HEAD <= length) {
      const code = bytes[at];
      if (code === COPY_DONE || code === ERROR) {
        this.#handOn(from, at);
        return Buffer.from(bytes.subarray(at, length));
      }
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (end > length) break;
      if (code !== COPY_DATA) {
        this.#handOn(from, at);
        from = end;
      }
      at = end;
    }
    this.#handOn(from, at);
    bytes.copyWithin(0, at, length);
    this.#kept = length - at;
    return null;
  }

  #handOn(from: number, to: number) {
    if (to > from) this.onMessages(this.#buffer, from, to);
  }

  /** Takes nothing more until that has settled. */
  waitFor(work: Promise<void>) {
    const stream = this.#stream;
    stream?.pause();
    work.then(
      () => stream?.resume(),
      (error) => {
        this.#fail(error);
        stream?.destroy();
      },
    );
  }

  handleError(error: Error) {
    this.#fail(error);
  }
  handleReadyForQuery() {
    this.#end();
  }
  handleCommandComplete() {}
}
