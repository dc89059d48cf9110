import { refuseHost } from '@/server/guard';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

/** Whether this process answers at all; /api/ready tells whether it can serve. */
export function GET(request: Request): Response {
  return (
    refuseHost(request) ??
    Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
  );
}
