import type { Inspection, Mapping } from '@/contract/uploads';
import type { ColumnMap } from './wanted-columns';

/** How a table would be read. */
export type Detected = Pick<Inspection, 'format' | 'mapping' | 'header' | 'questions' | 'notes'> & {
  /** The instrument, where the file names one. */
  symbol: string | null;
};

/** What a person says of a file; nothing of it is asked. */
export type Told = { given?: Partial<Mapping>; columns?: ColumnMap | undefined };
