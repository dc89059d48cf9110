import { gunzipSync } from 'fflate';
import { type EncodedTile, MAX_TILES, type Pyramid } from '@/contract/candles';
import { decodeTile, type TileColumns } from '@/contract/tile-codec';
import type { RetryQueue } from './retry-queue';
import type { CandleSource } from './types';

export type TileAddress = { timeframe: number; level: number; seq: number };

const MAX_KEPT = 400;

type Request = { address: TileAddress; settle: (tile: TileColumns) => void };

/** The tiles of one data revision, first those that came with the pyramid: asked for in batches, again after a failure, and kept a while. */
export class TileStore {
  private readonly tiles = new Map<string, TileColumns>();
  private readonly pending = new Map<string, Promise<TileColumns>>();
  private queue: Request[] = [];
  private closed = false;
  readonly dataRev: number;

  constructor(
    private readonly source: Pick<CandleSource, 'tiles'>,
    { dataRev, timeframes: [own], tiles }: Pyramid,
    private readonly retries: RetryQueue,
    private readonly onFailure: () => void,
  ) {
    this.dataRev = dataRev;
    if (!own) return;
    for (const tile of tiles) {
      const { level, seq } = tile;
      try {
        this.keep(keyOf({ timeframe: own.timeframe, level, seq }), decode(tile, seq));
      } catch {
        // It is asked for like any other then, and that says what is wrong with it.
      }
    }
  }

  get(address: TileAddress): TileColumns | undefined {
    const key = keyOf(address);
    const tile = this.tiles.get(key);
    if (tile) {
      this.tiles.delete(key);
      this.tiles.set(key, tile);
    }
    return tile;
  }

  /** Settles when the tile is there, however many tries that takes; never once closed. */
  load(address: TileAddress): Promise<TileColumns> {
    const tile = this.get(address);
    if (tile) return Promise.resolve(tile);
    const key = keyOf(address);
    let promise = this.pending.get(key);
    if (!promise) {
      promise = new Promise((settle) => this.queue.push({ address, settle }));
      this.pending.set(key, promise);
      if (this.queue.length === 1) queueMicrotask(() => this.flush());
    }
    return promise;
  }

  close() {
    this.closed = true;
    this.queue = [];
  }

  private flush() {
    const batches = new Map<string, Request[]>();
    for (const request of this.queue.splice(0)) {
      const { timeframe, level } = request.address;
      const key = `${timeframe}/${level}`;
      batches.set(key, [...(batches.get(key) ?? []), request]);
    }
    for (const batch of batches.values()) {
      for (let from = 0; from < batch.length; from += MAX_TILES) {
        void this.fetch(batch.slice(from, from + MAX_TILES));
      }
    }
  }

  private async fetch(batch: Request[]) {
    const { timeframe, level } = batch[0]!.address;
    const seqs = batch.map(({ address }) => address.seq);
    const ask = async () => {
      const answer = await this.source.tiles({ dataRev: this.dataRev, timeframe, level, seqs });
      const bySeq = new Map(answer.map((tile) => [tile.seq, tile]));
      return seqs.map((seq) => decode(bySeq.get(seq), seq));
    };
    const tiles = await this.retries.retryUntilSuccess(ask, () => !this.closed, this.onFailure);
    for (const [index, { address, settle }] of batch.entries()) {
      const tile = tiles[index]!;
      this.keep(keyOf(address), tile);
      settle(tile);
    }
  }

  private keep(key: string, tile: TileColumns) {
    this.pending.delete(key);
    this.tiles.set(key, tile);
    if (this.tiles.size > MAX_KEPT) {
      this.tiles.delete(this.tiles.keys().next().value as string);
    }
  }
}

const keyOf = ({ timeframe, level, seq }: TileAddress) => `${timeframe}/${level}/${seq}`;

function decode(tile: EncodedTile | undefined, seq: number): TileColumns {
  if (!tile) throw new Error(`the answer lacks tile ${seq}`);
  const text = atob(tile.bytes);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  // A tile has a few kilobytes: a DecompressionStream takes longer to be set up.
  return decodeTile(gunzipSync(packed));
}
