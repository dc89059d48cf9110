import { createStore, type StoreApi } from 'zustand';
import type { PredictionsWanted } from '@/contract/predictions';

export type PredictingState = {
  /** On its way to the server. */
  isPending: boolean;
  /** Why the last one was refused; null when all is well. */
  problem: string | null;
};

export type Predicting = StoreApi<PredictingState> & {
  /** Puts it in the queue of the model service. */
  ask(wanted: PredictionsWanted): Promise<void>;
};

/** What a person wants to have predicted; how far that is, the server tells. */
export function createPredicting(send: (wanted: PredictionsWanted) => Promise<void>): Predicting {
  const store = createStore<PredictingState>(() => ({ isPending: false, problem: null }));
  return {
    ...store,
    async ask(wanted) {
      store.setState({ isPending: true, problem: null });
      try {
        await send(wanted);
      } catch (error) {
        store.setState({ problem: error instanceof Error ? error.message : String(error) });
      } finally {
        store.setState({ isPending: false });
      }
    },
  };
}
