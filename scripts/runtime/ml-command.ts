import { defineCommand } from '../cli/command';

export const mlCommand = defineCommand({
  usage: `Usage: npm run ml -- COMMAND …

Runs candle-ml, the ML service's command line, in its own Python environment, which is installed
first if need be. COMMAND is train, predict, patterns, worker, serve or another of its commands;
npm run ml -- COMMAND --help says more, and services/ml/README.md all.`,
  options: {},
  operands: { atLeast: 1, atMost: Number.POSITIVE_INFINITY, expected: 'Name a command.' },
  passesOn: true,
  run: async (_, args) => (await import('./candle-ml')).runCandleMl(args),
});
