import { createStore, type StoreApi } from 'zustand';

export type AskingState = {
  /** On its way to the server. */
  isPending: boolean;
  /** Why the last one was refused; null when all is well. */
  problem: string | null;
};

export type Asking<Wanted, Answer> = StoreApi<AskingState> & {
  /** Puts it in the queue of the model service; null where that was refused, or something was asked since. */
  ask(wanted: Wanted): Promise<Answer | null>;
};

/**
 * What a person wants of the model service; how far that is, the server tells. One is sent after the
 * other, so that the server hears them in their order.
 */
export function createAsking<Wanted, Answer>(
  send: (wanted: Wanted) => Promise<Answer>,
): Asking<Wanted, Answer> {
  const store = createStore<AskingState>(() => ({ isPending: false, problem: null }));
  let newest = 0;
  let before: Promise<unknown> = Promise.resolve();
  return {
    ...store,
    async ask(wanted) {
      newest += 1;
      const own = newest;
      store.setState({ isPending: true, problem: null });
      const sent = before.then(() => send(wanted));
      before = sent.catch(() => {});
      try {
        const answer = await sent;
        return own === newest ? answer : null;
      } catch (error) {
        store.setState({ problem: error instanceof Error ? error.message : String(error) });
        return null;
      } finally {
        if (own === newest) store.setState({ isPending: false });
      }
    },
  };
}
