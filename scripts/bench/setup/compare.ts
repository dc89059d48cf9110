import { cpus, loadavg, totalmem } from 'node:os';

export type Way = { name: string; run(round: number): Promise<unknown> };
export type Comparison = {
  /** What is measured, with its sizes. */
  what: string;
  ours: Way;
  baseline: Way;
  rounds: number;
  /** `ours` may take at most this many times as long as the baseline. */
  atMost: number;
  judged: 'p50' | 'p95';
};

const WARM_UP = 5;

/**
 * Times both ways in turns, so that whatever else the machine does meets both alike, prints the
 * result, and makes the process fail when it is over the budget. Answers the ratio.
 */
export async function compare(comparison: Comparison): Promise<number> {
  const { ours, baseline, rounds, atMost, judged, what } = comparison;
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const started = performance.now();
      await comparison[side].run(round);
      if (round >= 0) times[side].push(performance.now() - started);
    }
  }
  console.log(`${what}; ${rounds} rounds`);
  const width = Math.max(ours.name.length, baseline.name.length);
  for (const side of SIDES) {
    const figures = (['p50', 'p95'] as const).map(
      (each) => `${each} ${percentile(times[side], each).toFixed(2).padStart(8)} ms`,
    );
    console.log(`  ${comparison[side].name.padEnd(width)}  ${figures.join('  ')}`);
  }
  const ratio = percentile(times.ours, judged) / percentile(times.baseline, judged);
  judge(`${judged} of ${ours.name} to ${baseline.name}`, ratio, { atMost });
  return ratio;
}

const SIDES = ['ours', 'baseline'] as const;

/** Prints a ratio beside its budget; over it, the process will end with code 1. */
export function judge(
  what: string,
  ratio: number,
  budget: { atMost: number } | { atLeast: number },
) {
  const isMet = 'atMost' in budget ? ratio <= budget.atMost : ratio >= budget.atLeast;
  const limit = 'atMost' in budget ? `≤ ${budget.atMost}` : `≥ ${budget.atLeast}`;
  console.log(`  ${isMet ? 'PASS' : 'FAIL'}  ${ratio.toFixed(2)}× ${what}, budget ${limit}×`);
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
