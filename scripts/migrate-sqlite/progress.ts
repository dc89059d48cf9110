/** Says how far the move is: a line drawn over on a terminal, one every so often elsewhere. */
export type Progress = {
  say(text: string): void;
  bar(what: string, total: number): { at(rows: number): void; end(): void };
};

/** Where the move says what it does. */
export type Output = { write(text: string): unknown; isTTY?: boolean };

const WIDTH = 24;
const TERMINAL_MS = 100;
const LOG_MS = 5_000;

export function createProgress(out: Output): Progress {
  const every = out.isTTY ? TERMINAL_MS : LOG_MS;
  return {
    say: (text) => void out.write(`  ${text}\n`),
    bar(what, total) {
      const started = performance.now();
      let shown = started;
      let from: number | null = null;
      let rows = 0;
      const draw = (end: string) => {
        const seconds = Math.max((performance.now() - started) / 1000, 1e-3);
        const rate = (rows - (from ?? 0)) / seconds;
        const line = lineOf(what, rows, total, rate);
        out.write(out.isTTY ? `\r\x1b[2K${line}${end}` : `${line}\n`);
      };
      return {
        at(now) {
          // What a run before this one did is no part of its speed.
          from ??= now;
          rows = now;
          if (performance.now() - shown < every) return;
          shown = performance.now();
          draw('');
        },
        end() {
          if (total > 0) draw('\n');
        },
      };
    },
  };
}

function lineOf(what: string, rows: number, total: number, rate: number): string {
  const share = total > 0 ? Math.min(rows / total, 1) : 1;
  const full = Math.round(share * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  const left = rate > 0 && rows < total ? `, ${duration((total - rows) / rate)} left` : '';
  return `  ${what.padEnd(18)} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${rows.toLocaleString('en')} rows, ${Math.round(rate).toLocaleString('en')}/s${left}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
}
