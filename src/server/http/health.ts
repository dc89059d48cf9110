import type { ServerResponse } from 'node:http';
import { db } from '@/lib/db';
import { readiness } from '@/lib/db/readiness';
import { env } from '@/lib/env';
import { within } from '@/lib/retry';
import { getWorkerState } from '../model-service/data';
import { sendJson } from './answer';

const ML_TIMEOUT_MS = 5_000;

/** Whether this process answers at all. */
export const sendHealth = (response: ServerResponse) => sendJson(response, 200, { status: 'ok' });

/**
 * Whether the app can serve: 200, or 503 with what is in the way. It can without the model service,
 * of which it tells all the same.
 */
export async function sendReadiness(response: ServerResponse): Promise<void> {
  const { INSTANCE_ID } = env();
  if (INSTANCE_ID) response.setHeader('x-instance-id', INSTANCE_ID);
  const found = await readiness(db());
  const isReady = found.database === 'ok' && found.migrations === 'current';
  const status = isReady ? 'ok' : 'unavailable';
  const ml = isReady ? await mlState() : { ml: 'unknown' };
  sendJson(response, isReady ? 200 : 503, { status, ...found, ...ml });
}

async function mlState() {
  try {
    return await within(ML_TIMEOUT_MS, getWorkerState(db()), 'the database does not answer');
  } catch (error) {
    console.error('ready:', error);
    return { ml: 'unknown' };
  }
}
