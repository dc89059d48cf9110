import { defineCommand } from '../cli/command';

export const buildCommand = defineCommand({
  usage: `Usage: npm run build

Builds the web app into .next, as npm start does by itself: pages by Next.js, and server.cjs, which
serves them and the procedures. STANDALONE=true adds .next/standalone, which needs no node_modules.`,
  options: {},
  run: async () => (await import('./web')).buildWeb(),
});
