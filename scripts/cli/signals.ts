const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Signal = (typeof SIGNALS)[number];

/** Calls `handler` whenever the process is told to stop; it goes on until the handler ends it. */
export function onSignal(handler: (signal: Signal) => void): void {
  for (const signal of SIGNALS) process.on(signal, () => handler(signal));
}

/** Is aborted when the process is first told to stop; told again, it ends at once. */
export function abortOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of SIGNALS) process.once(signal, () => stop.abort());
  return stop.signal;
}
