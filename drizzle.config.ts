import { defineConfig } from 'drizzle-kit';

/** Only `drizzle-kit generate` reads this; it compares schema and migrations and needs no database. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/lib/db/schema.ts',
  out: './drizzle',
});
