import { defineCommand, UsageError } from '../cli/command';

export const devCommand = defineCommand({
  usage: `Usage: npm run dev [-- --port N]

The web app with hot reload, on the database that npm start runs beside it, or on the one at
DATABASE_URL.

  --port N   else 3000, or the next free one`,
  options: { port: { type: 'string' } },
  async run({ port }) {
    if (port !== undefined && !/^\d{1,5}$/.test(port))
      throw new UsageError('--port takes a number.');
    return (await import('./dev-server')).runDevServer(port ? Number(port) : undefined);
  },
});
