/** Each prints its results as ratios to a baseline that it measures in the same run. */
const BENCHMARKS: Record<string, () => Promise<{ run(): Promise<void> }>> = {
  migrate: () => import('./bench/migrate'),
};

const [wanted = ''] = process.argv.slice(2);
const load = BENCHMARKS[wanted];
if (load) {
  await (await load()).run();
} else {
  console.error(`Usage: npm run bench -- NAME, one of: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 1;
}

export {};
