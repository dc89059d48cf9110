/** Runs tasks one after the other, each once the one before it has ended. */
export type TaskQueue = {
  /** Runs at once, and in the same turn, where nothing is under way. */
  run(task: () => void | Promise<void>): void;
  isIdle(): boolean;
  /** Once everything that was asked for so far has ended. */
  settled(): Promise<void>;
};

export function createTaskQueue(onError: (error: unknown) => void): TaskQueue {
  let last: Promise<void> | null = null;

  function follow(pending: Promise<void>) {
    const current: Promise<void> = pending.catch(onError).then(() => {
      if (last === current) last = null;
    });
    last = current;
  }

  return {
    run(task) {
      if (last) return follow(last.then(task));
      const result = task();
      if (result) follow(result);
    },
    isIdle: () => last === null,
    settled: async () => {
      while (last) await last;
    },
  };
}
