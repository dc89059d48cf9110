/** What runs in its turn; after `signal` aborts, it must change nothing any more. */
export type Task = (signal: AbortSignal) => void | Promise<void>;

/** After it a person should know what the queue waits for, and may drop it. */
export const LATE_MS = 5_000;

/**
 * Runs tasks strictly in order, each after the one before it has ended, well or badly. With
 * nothing to wait for, a task runs at once, in the same turn.
 */
export class TaskQueue {
  private readonly waiting: Task[] = [];
  private readonly listeners = new Set<() => void>();
  private onIdle: (() => void)[] = [];
  private running: AbortController | null = null;
  private late = false;

  constructor(private readonly onError: (error: unknown) => void) {}

  add(task: Task) {
    this.waiting.push(task);
    if (!this.running) this.next();
  }

  isIdle = (): boolean => this.running === null;

  /** Once all that was asked for, also meanwhile, has ended. */
  settled = (): Promise<void> =>
    this.running ? new Promise((resolve) => this.onIdle.push(resolve)) : Promise.resolve();

  /** How many tasks wait for one that takes long, itself included; 0 while none does. */
  lateCount = (): number => (this.late ? this.waiting.length + 1 : 0);

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Gives up the task under way and those that wait for it. */
  drop() {
    this.waiting.length = 0;
    this.running?.abort();
  }

  private next() {
    for (let task = this.waiting.shift(); task; task = this.waiting.shift()) {
      const running = new AbortController();
      this.running = running;
      const ending = this.start(task, running.signal);
      if (ending) {
        this.await(running, ending);
        return;
      }
      this.running = null;
    }
    for (const resolve of this.onIdle.splice(0)) resolve();
  }

  private start(task: Task, signal: AbortSignal): Promise<void> | null {
    try {
      return task(signal) ?? null;
    } catch (error) {
      this.onError(error);
      return null;
    }
  }

  private await(running: AbortController, ending: Promise<void>) {
    const lateness = setTimeout(() => this.setLate(true), LATE_MS);
    const end = () => {
      if (this.running !== running) return;
      clearTimeout(lateness);
      this.setLate(false);
      this.running = null;
      this.next();
    };
    running.signal.addEventListener('abort', end);
    ending.catch(this.onError).then(end);
  }

  private setLate(late: boolean) {
    this.late = late;
    for (const listener of this.listeners) listener();
  }
}
