import { defineCommand } from '../cli/command';

export const checkCommand = defineCommand({
  usage: `Usage: npm run check

Format, lint, import rules, types and unused code of TypeScript, format, lint and types of Python.
Needs no database. A part that cannot run has failed.`,
  options: {},
  async run() {
    const outcomes = await (await import('./checks')).runChecks();
    return outcomes.includes('failed') ? 1 : 0;
  },
});
