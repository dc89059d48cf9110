import { cpus, loadavg, totalmem } from 'node:os';

export type Contender = {
  name: string;
  /** Is timed from outside, unless it answers with the milliseconds that it measured itself. */
  run(round: number): Promise<unknown>;
};
export type Comparison = {
  /** What is measured, with its sizes. */
  what: string;
  ours: Contender[];
  /** What no server could be faster than; is printed and not judged. */
  floor?: Contender;
  baseline: Contender;
  rounds: number;
  /** Each of `ours` may take at most this many times as long as the baseline. */
  atMost: number;
  judged: 'p50' | 'p95';
};

const WARM_UP = 5;

/**
 * Times all contenders in turns, so that whatever else the machine does meets them alike, prints the
 * results, and makes the process fail when one is over the budget.
 */
export async function compare(comparison: Comparison): Promise<void> {
  const { ours, floor, baseline, rounds, atMost, judged, what } = comparison;
  const contenders = [...ours, ...(floor ? [floor] : []), baseline].map((contender) => ({
    ...contender,
    times: [] as number[],
  }));
  for (let round = -Math.min(WARM_UP, rounds); round < rounds; round++) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const started = performance.now();
      const measured = await contender.run(round);
      const ms = typeof measured === 'number' ? measured : performance.now() - started;
      if (round >= 0) contender.times.push(ms);
    }
  }
  console.log(`${what}; ${rounds} rounds`);
  const width = Math.max(...contenders.map(({ name }) => name.length));
  for (const { name, times } of contenders) {
    const figures = (['p50', 'p95'] as const).map(
      (each) => `${each} ${percentile(times, each).toFixed(2).padStart(8)} ms`,
    );
    console.log(`  ${name.padEnd(width)}  ${figures.join('  ')}`);
  }
  const least = percentile(contenders.at(-1)!.times, judged);
  for (const { name, times } of contenders.slice(0, -1)) {
    const ratio = percentile(times, judged) / least;
    const which = `${judged} of ${name} to ${baseline.name}`;
    if (name === floor?.name) console.log(`        ${ratio.toFixed(2)}× ${which}`);
    else assertBudget(which, ratio, { atMost });
  }
}

/** Prints a ratio, or what `unit` says, beside its budget; over it, the process will end with code 1. */
export function assertBudget(
  what: string,
  value: number,
  budget: { atMost: number } | { atLeast: number },
  unit = '×',
) {
  const isMet = 'atMost' in budget ? value <= budget.atMost : value >= budget.atLeast;
  const limit = 'atMost' in budget ? `≤ ${budget.atMost}` : `≥ ${budget.atLeast}`;
  const verdict = isMet ? 'PASS' : 'FAIL';
  console.log(`  ${verdict}  ${value.toFixed(2)}${unit} ${what}, budget ${limit}${unit}`);
  if (!isMet) process.exitCode = 1;
}

export function percentile(values: number[], which: 'p50' | 'p95'): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.ceil(sorted.length * (which === 'p50' ? 0.5 : 0.95)) - 1;
  return sorted[Math.max(at, 0)] ?? Number.NaN;
}

/** The machine in general terms; a busy one makes every result doubtful. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} cores, ${memory} GB, Node ${process.version}, load ${load}`;
}

/** A size from the environment, such as BENCH_ROWS=100000. */
export function sizeOf(variable: string, full: number): number {
  const given = process.env[variable];
  if (!given) return full;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`${variable} is ${given}; it has to be a whole number above 0.`);
  }
  return size;
}

export const count = (value: number) => value.toLocaleString('en');
