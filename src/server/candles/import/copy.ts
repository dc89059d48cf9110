import { finished } from 'node:stream/promises';
import { Client, type ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { toPgTimestamp, type UtcSeconds } from '@/lib/time';
import type { Tile } from '../tiles';
import { type CandleBatch, createBatch } from './batch';

/** PGCOPY, a newline and three bytes that a text conversion would break; no flags, no extension. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = -1;
/** Before the first row, and after the last. */
export const HEADER_BYTES = SIGNATURE.length;
export const TRAILER_BYTES = 2;
/** PostgreSQL counts microseconds from 2000-01-01. */
export const POSTGRES_EPOCH: UtcSeconds = 946_684_800;
/** What `encodeCandles` fills. */
export const CANDLES = 'candles (chart_id, time, open, high, low, close, volume)';
const CANDLE_COLUMNS = 'time, open, high, low, close, volume';
const CANDLE_BYTES = 2 + 6 * 12;

/**
 * A connection of its own for COPY, which postgres.js cannot be trusted with: it never reports
 * one that fails. Without a statement timeout, as an import takes what it takes.
 */
export async function connectForCopy(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'candle-annotator-import',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // A connection that breaks fails the statement under way, or the next one.
  client.on('error', () => {});
  await client.connect();
  await client.query("set timezone to 'UTC'; set lock_timeout to '10s'");
  return client;
}

/** The bytes of a whole COPY, in `out`. */
export function encodeCandles(chartId: number, batch: CandleBatch, out = new Rows()): Uint8Array {
  out.clear();
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    out.int4(chartId);
    writeCandle(out, batch, i);
  }
  return out.done();
}

/** Copies them by way of `out` into a table without a chart that keeps the lines of the file. */
export function copyLines(client: ClientBase, table: string, batch: CandleBatch, out: Rows) {
  out.clear();
  for (let i = 0; i < batch.length; i++) {
    out.row(7);
    writeCandle(out, batch, i);
    out.int8(batch.line[i]!);
  }
  return copyIn(client, `${table} (${CANDLE_COLUMNS}, line)`, out.done());
}

export async function copyTiles(client: ClientBase, chartId: number, tiles: Tile[]) {
  const rows = new TileRows(client, chartId);
  rows.add(tiles);
  await rows.store();
}

/**
 * Tiles of a chart that wait to be stored, in one piece of memory. Left where they were packed they
 * would grow old, and V8 looks for what is old only when it has become much.
 */
export class TileRows {
  readonly #out = new Rows();
  count = 0;

  constructor(
    readonly client: ClientBase,
    readonly chartId: number,
  ) {}

  add(tiles: Tile[]) {
    const out = this.#out;
    for (const tile of tiles) {
      out.row(7);
      out.int4(this.chartId);
      out.int4(tile.timeframe);
      out.int4(tile.level);
      out.int4(tile.seq);
      out.timestamp(tile.firstTime);
      out.int4(tile.bars);
      out.bytes(tile.bytes);
      this.count++;
    }
  }

  async store() {
    if (this.count === 0) return;
    const columns = 'chart_id, timeframe, level, seq, first_time, bars, bytes';
    await copyIn(this.client, `candle_tiles (${columns})`, this.#out.done());
    this.#out.clear();
    this.count = 0;
  }
}

/** The chart's first candles after `after`, oldest first, at most `limit`. */
export async function readCandles(
  client: ClientBase,
  chartId: number,
  after: UtcSeconds | null,
  limit: number,
): Promise<CandleBatch> {
  const later = after === null ? '' : `and time > '${toPgTimestamp(after)}'`;
  const rows = `select ${CANDLE_COLUMNS} from candles where chart_id = ${Number(chartId)} ${later} order by time limit ${Number(limit)}`;
  const stream = client.query(copyTo(`copy (${rows}) to stdout (format binary)`));
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(stream);
  return decodeCandles(Buffer.concat(chunks), limit);
}

export function copyIn(client: ClientBase, target: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
    stream.on('error', reject);
    stream.once('finish', resolve);
    stream.end(bytes);
  });
}

function writeCandle(out: Rows, batch: CandleBatch, i: number) {
  out.timestamp(batch.time[i]!);
  out.float8(batch.open[i]!);
  out.float8(batch.high[i]!);
  out.float8(batch.low[i]!);
  out.float8(batch.close[i]!);
  const volume = batch.volume[i]!;
  if (Number.isNaN(volume)) out.null();
  else out.float8(volume);
}

function decodeCandles(bytes: Buffer, limit: number): CandleBatch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const batch = createBatch(Math.min(limit, Math.ceil(bytes.length / (CANDLE_BYTES - 8))));
  const columns = [batch.open, batch.high, batch.low, batch.close, batch.volume];
  let at = SIGNATURE.length;
  while (view.getInt16(at) !== END) {
    at += 2 + 4;
    const micros = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
    batch.time[batch.length] = (micros + POSTGRES_EPOCH * 1e6) / 1e6;
    at += 8;
    for (const column of columns) {
      const size = view.getInt32(at);
      column[batch.length] = size < 0 ? Number.NaN : view.getFloat64(at + 4);
      at += 4 + Math.max(size, 0);
    }
    batch.length++;
  }
  return batch;
}

/** The largest fields that are not of any length: eight bytes. */
const LARGEST_FIXED = 4 + 8;
const JSONB_VERSION = 1;
const FIRST_BYTES = 1 << 16;

/** Rows in PostgreSQL's binary COPY format. */
export class Rows {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = SIGNATURE.length;
  /** What all fields of the row may take that are not of any length. */
  #fixed = 0;

  constructor() {
    this.#bytes.set(SIGNATURE);
  }

  /** Forgets all rows, to be filled again; what `done` gave must not be in use any more. */
  clear() {
    this.#at = SIGNATURE.length;
  }

  row(columns: number) {
    this.#fixed = columns * LARGEST_FIXED;
    this.#reserve(2);
    this.#view.setInt16(this.#at, columns);
    this.#at += 2;
  }

  /** A whole row that is encoded already. */
  encoded(row: Uint8Array) {
    this.#fixed = 0;
    this.#reserve(row.length);
    this.#bytes.set(row, this.#at);
    this.#at += row.length;
  }

  null() {
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  int4(value: number) {
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
  }

  /** A whole number that a double holds exactly. */
  int8(value: number) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setInt32(this.#at + 4, Math.floor(value / 2 ** 32));
    this.#view.setUint32(this.#at + 8, value - Math.floor(value / 2 ** 32) * 2 ** 32);
    this.#at += 12;
  }

  bigint(value: bigint) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setBigInt64(this.#at + 4, value);
    this.#at += 12;
  }

  float8(value: number) {
    this.#view.setInt32(this.#at, 8);
    this.#view.setFloat64(this.#at + 4, value);
    this.#at += 12;
  }

  timestamp(time: UtcSeconds) {
    this.int8(Math.round((time - POSTGRES_EPOCH) * 1e6));
  }

  text(value: string) {
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#at += 4 + length;
  }

  /** JSON text, for a column of jsonb. */
  jsonb(text: string) {
    this.#reserve(5 + 3 * text.length);
    this.#bytes[this.#at + 4] = JSONB_VERSION;
    const length = this.#bytes.write(text, this.#at + 5);
    this.#view.setInt32(this.#at, 1 + length);
    this.#at += 5 + length;
  }

  bytes(value: Uint8Array) {
    this.#reserve(4 + value.length);
    this.#view.setInt32(this.#at, value.length);
    this.#bytes.set(value, this.#at + 4);
    this.#at += 4 + value.length;
  }

  done(): Uint8Array {
    this.#view.setInt16(this.#at, END);
    return this.#bytes.subarray(0, this.#at + TRAILER_BYTES);
  }

  #reserve(bytes: number) {
    const needed = this.#at + bytes + this.#fixed + TRAILER_BYTES;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
