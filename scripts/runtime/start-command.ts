import { defineCommand } from '../cli/command';

export const startCommand = defineCommand({
  usage: `Usage: npm start

Starts PostgreSQL, the ML service and the web app, and says where they are. Ctrl-C stops it all.

Settings come from the environment or .env; .env.example explains them:

  DATA_DIR       where everything is kept; else .data
  PORT           the web app's port, or the next free one; else 3000
  DATABASE_URL   a PostgreSQL of your own`,
  options: {},
  run: async () => (await import('./start')).start(),
});
