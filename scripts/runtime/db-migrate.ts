import { defineCommand } from '../cli/command';

export const dbMigrateCommand = defineCommand({
  usage: `Usage: npm run db:migrate

Brings the tables of the database up to date: of the one at DATABASE_URL, past any pooler at
DIRECT_DATABASE_URL, or of the built-in one. npm start does it by itself.`,
  options: {},
  run: async () => (await import('./migrate')).migrate(),
});
