import { randomBytes } from 'node:crypto';
import { type Db, type Tx, withLivenessCheck } from '@/lib/db';
import { type Actor, LOCAL_ACTOR } from '../context';
import { PERMISSION_NAMES } from '../permissions';
import { addToken, dropOtherLasting, findToken, hashOf, takeSignIn } from './data';

const SIGN_IN_SECONDS = 24 * 3_600;
export const SESSION_SECONDS = 30 * 24 * 3_600;
/** For so long a token is not looked up again: one that is taken away works on until then. */
const KNOWN_MS = 10_000;
const MAX_KNOWN = 1_000;

export const SIGN_IN = '/sign-in';

const newSecret = () => randomBytes(32).toString('base64url');

/** An address that lets one browser in, once, within a day. */
export async function signInUrl(db: Tx, origin: string): Promise<string> {
  const secret = newSecret();
  const token = { actorId: LOCAL_ACTOR.id, scopes: ['sign_in'], seconds: SIGN_IN_SECONDS } as const;
  await addToken(db, secret, token);
  return `${origin}${SIGN_IN}?token=${secret}`;
}

/** Makes a session of a token from such an address; null when it is none, or used. */
export async function exchangeSignIn(db: Db, secret: string): Promise<string | null> {
  return await withLivenessCheck(
    db,
    db.transaction(async (tx) => {
      const taken = await takeSignIn(tx, secret);
      if (!taken) return null;
      const session = newSecret();
      const { actorId } = taken;
      await addToken(tx, session, { actorId, scopes: PERMISSION_NAMES, seconds: SESSION_SECONDS });
      return session;
    }),
  );
}

/** Throws where what `file` holds could be guessed, or not be sent in a header. */
export function requireToken(file: string, text: string): void {
  if (/^[\w-]{32,}$/.test(text)) return;
  throw new Error(`${file} has to hold a token of at least 32 letters, digits, - and _`);
}

/** Lets in whoever has this secret, which programs on this machine read from a file, and no older one. */
export async function acceptToken(db: Db, secret: string): Promise<void> {
  const actorId = LOCAL_ACTOR.id;
  await db.transaction(async (tx) => {
    await addToken(tx, secret, { actorId, scopes: PERMISSION_NAMES, seconds: null });
    await dropOtherLasting(tx, secret, actorId);
  });
}

type Known = { actor: Actor; until: number };
const known = new WeakMap<Db, Map<string, Known>>();

/** Who the secret lets in, and for what; null when it lets nobody in. */
export async function actorOf(db: Db, secret: string): Promise<Actor | null> {
  const ofDb = known.get(db) ?? new Map<string, Known>();
  known.set(db, ofDb);
  const hash = hashOf(secret);
  const before = ofDb.get(hash);
  if (before && before.until > performance.now()) return before.actor;
  const found = await withLivenessCheck(db, findToken(db, hash));
  ofDb.delete(hash);
  if (!found) return null;
  // Until there are accounts, whoever is let in is the owner.
  const actor = { id: found.actorId, role: LOCAL_ACTOR.role, scopes: found.scopes };
  if (ofDb.size >= MAX_KNOWN) ofDb.clear();
  ofDb.set(hash, { actor, until: performance.now() + KNOWN_MS });
  return actor;
}
