import type { ClientBase } from 'pg';
import { Rows } from '@/lib/db/copy/rows';
import { copyIn } from '@/lib/db/copy/stream';
import type { Tile } from './pyramid-builder';

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
      out.float8(tile.timeframe);
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
