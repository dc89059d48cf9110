import type { Db } from '@/lib/db';

/** Who asks. Without accounts it is always the one local user. */
export type Actor = {
  id: string;
  role: Role;
  /** What of it the token gives that was shown; all of it where there was none, as in scripts. */
  scopes?: readonly string[];
};
export type Role = 'owner' | 'reviewer' | 'annotator' | 'viewer';

export type Context = {
  db: Db;
  actor: Actor | null;
  /** Where the request comes from, over HTTP. */
  address?: string | undefined;
};

export const LOCAL_ACTOR: Actor = { id: 'local', role: 'owner' };
