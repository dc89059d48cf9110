import type { Db } from '@/lib/db';

/** Who asks. In local mode it is always the one local user. */
export type Actor = { id: string; role: Role };
export type Role = 'owner' | 'reviewer' | 'annotator' | 'viewer';

export type Context = { db: Db; actor: Actor | null };

export const LOCAL_ACTOR: Actor = { id: 'local', role: 'owner' };
