import { defineCommand } from '../cli/command';

export const devCommand = defineCommand({
  usage: `Usage: npm run dev [-- --port N]

Next.js's development server, with hot reload, on the database that npm start runs beside it, or on
the one at DATABASE_URL.

  --port N   else 3000, or the next free one`,
  options: { port: { type: 'string' } },
  run: async ({ port }) => (await import('./dev-server')).runDevServer(port),
});
