/** Says how far the move is: a line drawn over on a terminal, one every so often elsewhere. */
export type Progress = {
  say(text: string): void;
  /** One bar for several parts that go on at the same time, each with its total. */
  bar(what: string, totals: number[]): Bar;
  /** What was done since the last call took that long. */
  lap(what: string): void;
  /** Seconds by what was done. */
  readonly laps: Record<string, number>;
};
export type Bar = { part(index: number): (rows: number) => void; end(): void };

/** Where the move says what it does. */
export type Output = { write(text: string): unknown; isTTY?: boolean };

const WIDTH = 24;
const TERMINAL_MS = 100;
const LOG_MS = 5_000;

export function createProgress(out: Output): Progress {
  const laps: Record<string, number> = {};
  let since = performance.now();
  return {
    laps,
    lap(what) {
      const now = performance.now();
      laps[what] = (laps[what] ?? 0) + Math.round(now - since) / 1000;
      since = now;
    },
    say: (text) => void out.write(`${out.isTTY ? '\r\x1b[2K' : ''}  ${text}\n`),
    bar: (what, totals) => createBar(out, what, totals),
  };
}

function createBar(out: Output, what: string, totals: number[]): Bar {
  const every = out.isTTY ? TERMINAL_MS : LOG_MS;
  const total = sum(totals);
  const started = performance.now();
  let shown = started;
  // What a run before this one did is no part of its speed.
  const from = totals.map((): number | null => null);
  const rows = totals.map(() => 0);
  const draw = (end: string) => {
    const seconds = Math.max((performance.now() - started) / 1000, 1e-3);
    const rate = (sum(rows) - sum(from.map((n) => n ?? 0))) / seconds;
    const line = lineOf(what, sum(rows), total, rate);
    out.write(out.isTTY ? `\r\x1b[2K${line}${end}` : `${line}\n`);
  };
  return {
    part: (index) => (now) => {
      from[index] ??= now;
      rows[index] = now;
      if (performance.now() - shown < every) return;
      shown = performance.now();
      draw('');
    },
    end() {
      if (total > 0) draw('\n');
    },
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

function lineOf(what: string, rows: number, total: number, rate: number): string {
  const share = total > 0 ? Math.min(rows / total, 1) : 1;
  const full = Math.round(share * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  const left = rate > 0 && rows < total ? `, ${duration((total - rows) / rate)} left` : '';
  return `  ${what.padEnd(10)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${Math.floor(rows).toLocaleString('en')} rows, ${Math.round(rate).toLocaleString('en')}/s${left}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}
