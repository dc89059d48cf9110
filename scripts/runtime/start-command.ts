import { defineCommand } from '../cli/command';

export const startCommand = defineCommand({
  usage: `Usage: npm start [-- --url]

Starts PostgreSQL, the ML service and the web app, and says where they are. Ctrl-C stops it all.
The web app's address lets one browser in, once; programs send what is in DATA_DIR/token.

  --url          prints another such address of the one that runs, and does nothing else

Settings come from the environment or .env; .env.example explains them:

  DATA_DIR       where everything is kept; else .data
  PORT           the web app's port, or the next free one; else 3000
  DATABASE_URL   a PostgreSQL of your own`,
  options: { url: { type: 'boolean' } },
  run: async ({ url }) =>
    url ? (await import('./print-url')).printUrl() : (await import('./start')).start(),
});
