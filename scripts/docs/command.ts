import { defineCommand } from '../cli/command';

export const docsCommand = defineCommand({
  usage: `Usage: npm run docs

Writes anew what is made from the router and the contract: docs/api.md, what docs/import-export.md
says is recognised, and the JSON schema that the ML service holds its runs against.`,
  options: {},
  async run() {
    await (await import('./write-docs')).writeDocs();
  },
});
