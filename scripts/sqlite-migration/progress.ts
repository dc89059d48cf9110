import {
  count,
  createStatusLine,
  duration,
  type Output,
  type StatusLine,
  bar as share,
} from '../cli/progress';

/** Says how far the migration is: a line drawn over on a terminal, one every so often elsewhere. */
export type Progress = {
  log(text: string): void;
  /** One bar for several parts that go on at the same time, each with its total. */
  bar(what: string, totals: number[]): Bar;
  /** What was done since the last call took that long. */
  lap(what: string): void;
  /** Seconds by what was done. */
  readonly laps: Record<string, number>;
};
export type Bar = { part(index: number): (rows: number) => void; end(): void };

export function createProgress(out: Output): Progress {
  const status = createStatusLine(out);
  const laps: Record<string, number> = {};
  let since = performance.now();
  return {
    laps,
    lap(what) {
      const now = performance.now();
      laps[what] = (laps[what] ?? 0) + Math.round(now - since) / 1000;
      since = now;
    },
    log: (text) => status.print(`  ${text}`),
    bar: (what, totals) => createBar(status, what, totals),
  };
}

function createBar(status: StatusLine, what: string, totals: number[]): Bar {
  const total = sum(totals);
  const started = performance.now();
  // What a run before this one did is no part of its speed.
  const from = totals.map((): number | null => null);
  const rows = totals.map(() => 0);
  const line = () => {
    const seconds = Math.max((performance.now() - started) / 1000, 1e-3);
    const rate = (sum(rows) - sum(from.map((n) => n ?? 0))) / seconds;
    return lineOf(what, sum(rows), total, rate);
  };
  return {
    part: (index) => (now) => {
      from[index] ??= now;
      rows[index] = now;
      status.show(line);
    },
    end() {
      if (total > 0) status.print(line());
    },
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

function lineOf(what: string, rows: number, total: number, rate: number): string {
  const left = rate > 0 && rows < total ? `, ${duration((total - rows) / rate)} left` : '';
  const speed = `${count(Math.floor(rows))} rows, ${count(Math.round(rate))}/s`;
  return `  ${what.padEnd(10)} ${share(total > 0 ? rows / total : 1)}  ${speed}${left}`;
}
