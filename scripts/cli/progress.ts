/** Where progress is shown. */
export type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const TERMINAL_MS = 100;
const LOG_MS = 5_000;
const BAR_WIDTH = 24;

export type StatusLine = {
  /** Shows how far something is; too soon after the last time it does nothing. */
  show(text: () => string): void;
  /** Prints a line that stays. */
  print(line: string): void;
  clear(): void;
};

/** One last line that is drawn over on a terminal; elsewhere, a line every few seconds. */
export function createStatusLine(out: Output, logMs = LOG_MS): StatusLine {
  const everyMs = out.isTTY ? TERMINAL_MS : logMs;
  let shownAt = performance.now() - (out.isTTY ? everyMs : 0);
  let isShown = false;
  const clear = () => {
    if (isShown) out.write('\r\x1b[2K');
    isShown = false;
  };
  return {
    clear,
    show(text) {
      if (performance.now() - shownAt < everyMs) return;
      shownAt = performance.now();
      if (!out.isTTY) {
        out.write(`${text()}\n`);
        return;
      }
      // A line that wraps could not be drawn over.
      out.write(`\r\x1b[2K${text().slice(0, (out.columns ?? 80) - 1)}`);
      isShown = true;
    },
    print(line) {
      clear();
      out.write(`${line}\n`);
    },
  };
}

/** `████░░░░  50 %` for a share from 0 to 1. */
export function bar(share: number): string {
  const within = Math.max(0, Math.min(share, 1));
  const full = Math.round(within * BAR_WIDTH);
  const percent = String(Math.floor(within * 100)).padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${percent} %`;
}

export const count = (value: number) => value.toLocaleString('en');

export const counted = (value: number, what: string) =>
  `${count(value)} ${what}${value === 1 ? '' : 's'}`;

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}
