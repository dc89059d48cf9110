const WAIT_MS = [1_000, 2_000, 5_000, 10_000];

/** What is asked of the server again and again until it answers, and what failed last. */
export class RetryQueue {
  private readonly failures = new Map<object, string>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly onChange: () => void) {}

  /** One sentence on what fails just now. */
  get error(): string | null {
    const [first = null] = this.failures.values();
    return first;
  }

  /** Settles with the answer; never, once it is not wanted any more. */
  async retryUntilSuccess<Answer>(
    ask: () => Promise<Answer>,
    isWanted: () => boolean,
    onFailure = () => {},
  ): Promise<Answer> {
    for (let attempt = 0; isWanted(); attempt++) {
      try {
        const answer = await ask();
        if (!isWanted()) break;
        this.recover(ask);
        return answer;
      } catch (error) {
        if (!isWanted()) break;
        this.fail(ask, error);
        onFailure();
        await this.wait(WAIT_MS[Math.min(attempt, WAIT_MS.length - 1)]!);
      }
    }
    this.recover(ask);
    return new Promise(() => {});
  }

  /** Tries everything again that waits for its turn. */
  retryNow() {
    for (const wake of [...this.waiting]) wake();
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.waiting.add(wake);
    });
  }

  private fail(what: object, error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    this.failures.set(what, `Candles could not be loaded (${reason}). Trying again.`);
    this.onChange();
  }

  private recover(what: object) {
    if (this.failures.delete(what)) this.onChange();
  }
}
