import { onSignal } from '../cli/signals';

type Undo = () => Promise<unknown>;

const pending: Undo[] = [];

/** Runs `work`, then `undo`: also when it fails, and when a signal ends the process meanwhile. */
export async function andThen<T>(work: () => Promise<T>, undo: Undo): Promise<T> {
  pending.push(undo);
  try {
    return await work();
  } finally {
    // A signal may have taken it over.
    const at = pending.indexOf(undo);
    if (at >= 0) {
      pending.splice(at, 1);
      await undo();
    }
  }
}

/** From here on Ctrl-C undoes first what is under way. */
export function cleanUpWhenTold(): void {
  onSignal(async () => {
    for (let undo = pending.pop(); undo; undo = pending.pop()) {
      await undo().catch((error: Error) => console.error(error.message));
    }
    process.exit(130);
  });
}
