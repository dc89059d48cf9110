import { db } from '@/lib/db';
import { ping } from '@/lib/db/ping';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const headers = { 'cache-control': 'no-store' };

/** Whether the app can serve: 200, or 503 when its database does not answer. */
export async function GET(): Promise<Response> {
  try {
    await ping(db());
    return Response.json({ status: 'ok', database: 'ok' }, { headers });
  } catch (error) {
    console.error('health:', error);
    const body = { status: 'unavailable', database: 'unreachable' };
    return Response.json(body, { status: 503, headers });
  }
}
