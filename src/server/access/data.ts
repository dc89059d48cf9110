import { createHash } from 'node:crypto';
import { and, arrayContains, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '@/lib/db';
import { accessTokens } from '@/lib/db/schema';
import type { Permission } from '../permissions';

/** What a token gives: permissions, or to be exchanged for a session. */
export type TokenScope = Permission | 'sign_in';
type NewToken = { actorId: string; scopes: readonly TokenScope[]; seconds: number | null };
export type FoundToken = { actorId: string; scopes: readonly string[] };

/** Secrets are 32 random bytes, so a hash without salt or stretching keeps them. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const notExpired: SQL = sql`(${accessTokens.expiresAt} is null or ${accessTokens.expiresAt} > now())`;
const columns = { actorId: accessTokens.actor, scopes: accessTokens.scopes };

/** Keeps a token, by its hash alone, and forgets those that have expired. */
export async function addToken(
  db: Tx,
  secret: string,
  { actorId, scopes, seconds }: NewToken,
): Promise<void> {
  await db.delete(accessTokens).where(sql`not ${notExpired}`);
  await db
    .insert(accessTokens)
    .values({
      hash: hashOf(secret),
      actor: actorId,
      scopes: [...scopes],
      expiresAt: seconds === null ? null : sql`now() + ${seconds} * interval '1 second'`,
    })
    .onConflictDoNothing();
}

export async function findToken(db: Tx, hash: string): Promise<FoundToken | undefined> {
  const [found] = await db
    .select(columns)
    .from(accessTokens)
    .where(and(eq(accessTokens.hash, hash), notExpired));
  return found;
}

/** Uses a token up that may be exchanged for a session; undefined when it is none, or not any more. */
export async function takeSignIn(db: Tx, secret: string): Promise<FoundToken | undefined> {
  const [taken] = await db
    .delete(accessTokens)
    .where(
      and(
        eq(accessTokens.hash, hashOf(secret)),
        arrayContains(accessTokens.scopes, ['sign_in']),
        notExpired,
      ),
    )
    .returning(columns);
  return taken;
}

/** Ends the actor's tokens without an end, but for this one. */
export async function dropOtherLasting(db: Tx, secret: string, actorId: string): Promise<void> {
  await db
    .delete(accessTokens)
    .where(
      and(
        eq(accessTokens.actor, actorId),
        isNull(accessTokens.expiresAt),
        ne(accessTokens.hash, hashOf(secret)),
      ),
    );
}
