import type { ServerResponse } from 'node:http';
import { db } from '@/lib/db';
import { readiness } from '@/lib/db/readiness';
import { env } from '@/lib/env';
import { sendJson } from './answer';

/** Whether this process answers at all. */
export const sendHealth = (response: ServerResponse) => sendJson(response, 200, { status: 'ok' });

/** Whether the app can serve: 200, or 503 with what is in the way. */
export async function sendReadiness(response: ServerResponse): Promise<void> {
  const { INSTANCE_ID } = env();
  if (INSTANCE_ID) response.setHeader('x-instance-id', INSTANCE_ID);
  const found = await readiness(db());
  const isReady = found.database === 'ok' && found.migrations === 'current';
  sendJson(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable', ...found });
}
