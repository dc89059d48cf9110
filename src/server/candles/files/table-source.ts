import type { ReadProgress } from './byte-file';

/**
 * A table as lines of UTF-8 text with a delimiter, whatever its file keeps it in: so columns,
 * numbers, times and what is wrong with them are read in one way for every container.
 */
export type TableSource = {
  /** For messages. */
  fileName: string;
  /** What `progress.bytes` counts up to. */
  totalBytes: number;
  /** From the beginning at each call; what it yields may be overwritten by the next chunk. */
  chunks(progress?: ReadProgress): AsyncGenerator<Uint8Array, void>;
  /** Whole lines from beyond the first ones, where they can be had without reading up to there. */
  samples?(): Promise<string[]>;
};

/** A table in a file that may hold several: a file in a zip, a sheet. */
export type NamedTable = { name: string; open(): Promise<TableSource> };
