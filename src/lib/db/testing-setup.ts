import { prepareTemplate, startTestServer } from './testing-server';

/**
 * Vitest's global set-up: a PostgreSQL for the whole run, unless TEST_DATABASE_ADMIN_URL already
 * names one. Workers inherit the variable.
 */
export default async function setup() {
  const given = process.env.TEST_DATABASE_ADMIN_URL;
  if (given) {
    await prepareTemplate(given);
    return;
  }
  const { adminUrl, stop } = await startTestServer();
  process.env.TEST_DATABASE_ADMIN_URL = adminUrl;
  return stop;
}
