import { createStore, type StoreApi } from 'zustand';

export type AskingState = {
  /** On its way to the server. */
  isPending: boolean;
  /** Why the last one was refused; null when all is well. */
  problem: string | null;
};

export type Asking<Wanted, Answer> = StoreApi<AskingState> & {
  /** Puts it in the queue of the model service; null where that was refused. */
  ask(wanted: Wanted): Promise<Answer | null>;
};

/** What a person wants of the model service; how far that is, the server tells. */
export function createAsking<Wanted, Answer>(
  send: (wanted: Wanted) => Promise<Answer>,
): Asking<Wanted, Answer> {
  const store = createStore<AskingState>(() => ({ isPending: false, problem: null }));
  return {
    ...store,
    async ask(wanted) {
      store.setState({ isPending: true, problem: null });
      try {
        return await send(wanted);
      } catch (error) {
        store.setState({ problem: error instanceof Error ? error.message : String(error) });
        return null;
      } finally {
        store.setState({ isPending: false });
      }
    },
  };
}
