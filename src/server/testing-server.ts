import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { db } from '@/lib/db';
import { migrateDatabase } from '@/lib/db/migrate';
import { env } from '@/lib/env';
import { LOCAL_ACTOR } from './context';
import { appRouter } from './root';

/** The procedures over HTTP in a process of their own, which a test may kill. */
const [, , port, wanted] = process.argv;
if (wanted === 'migrate') await migrateDatabase(env().DATABASE_URL);
const server = createHTTPServer({
  router: appRouter,
  basePath: '/api/trpc/',
  createContext: () => ({ db: db(), actor: LOCAL_ACTOR }),
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
