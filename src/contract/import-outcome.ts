import * as z from 'zod';
import { labelsImported } from './exports';
import { importDone } from './uploads';

/** What became of the last import of an upload, for whoever lost the connection to it. */
export const importOutcome = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('stored'),
    /** Of candles. */
    done: importDone.nullable(),
    /** Of labels. */
    labels: z.array(labelsImported).max(10_000).nullable(),
  }),
  /** Nothing of it is stored. */
  z.object({ state: z.literal('nothing') }),
  z.object({ state: z.literal('running') }),
  /** There was none, or it is long ago, or the server was started anew. */
  z.object({ state: z.literal('unknown') }),
]);
export type ImportOutcome = z.infer<typeof importOutcome>;
