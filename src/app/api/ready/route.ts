import { db } from '@/lib/db';
import { readiness } from '@/lib/db/readiness';
import { env } from '@/lib/env';
import { refuseHost } from '@/server/guard';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Whether the app can serve: 200, or 503 with what is in the way. */
export async function GET(request: Request): Promise<Response> {
  const refused = refuseHost(request);
  if (refused) return refused;
  const { INSTANCE_ID } = env();
  const headers = {
    'cache-control': 'no-store',
    ...(INSTANCE_ID ? { 'x-instance-id': INSTANCE_ID } : {}),
  };
  const found = await readiness(db());
  const isReady = found.database === 'ok' && found.migrations === 'current';
  return Response.json(
    { status: isReady ? 'ok' : 'unavailable', ...found },
    { status: isReady ? 200 : 503, headers },
  );
}
