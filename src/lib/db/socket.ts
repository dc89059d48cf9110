import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type SecureVersion } from 'node:tls';
import type { DatabaseTarget } from './database-url';

type Host = DatabaseTarget['hosts'][number];
type Tls = DatabaseTarget['tls'];

/** PostgreSQL's way to ask for TLS: a length and a number that no version of its protocol has. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const ACCEPTED = 'S'.charCodeAt(0);
const REFUSED = 'N'.charCodeAt(0);

/** TLS was asked for and is not to be had as it was asked for. */
export class TlsError extends Error {
  readonly code = 'TLS_REFUSED';
}

/**
 * A connection to the first host of `target` that takes one, by TLS as its `sslmode` says. Drivers
 * send their start-up message over it, so that they need to know nothing of all this.
 */
export async function openSocket(target: DatabaseTarget, timeoutMs: number): Promise<Socket> {
  let failure: unknown;
  for (const host of target.hosts) {
    try {
      return await openTo(host, target, timeoutMs);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function openTo(host: Host, target: DatabaseTarget, timeoutMs: number): Promise<Socket> {
  const { mode } = target.tls;
  const isLocal = host.host.startsWith('/');
  if (mode === 'disable' || isLocal) return await openPlain(host, target, timeoutMs);
  const socket = await openPlain(host, target, timeoutMs);
  // What libpq calls allow tries without TLS first, which a driver alone could find out.
  const isOptional = mode === 'prefer' || mode === 'allow';
  try {
    const isOffered =
      target.tls.negotiation === 'direct' || (await askForTls(socket, host, timeoutMs));
    if (isOffered) return await secure(socket, host, target.tls, timeoutMs);
    if (isOptional) return socket;
    throw new TlsError(
      `The PostgreSQL at ${host.host}:${host.port} offers no TLS, and the database URL asks for it (sslmode=${mode}).`,
    );
  } catch (error) {
    socket.destroy();
    if (isOptional) return await openPlain(host, target, timeoutMs);
    throw error;
  }
}

async function openPlain(host: Host, target: DatabaseTarget, timeoutMs: number): Promise<Socket> {
  const path = host.host.startsWith('/') && join(host.host, `.s.PGSQL.${host.port}`);
  const socket = path ? connect({ path }) : connect({ host: host.address, port: host.port });
  socket.setNoDelay(true);
  if (target.keepAlive.isOn) socket.setKeepAlive(true, target.keepAlive.idleMs);
  await settles(socket, 'connect', host, timeoutMs);
  return socket;
}

async function askForTls(socket: Socket, host: Host, timeoutMs: number): Promise<boolean> {
  socket.write(TLS_REQUEST);
  const answer = (await settles(socket, 'data', host, timeoutMs)) as Buffer;
  // More than one byte was put in by somebody between: it would be taken for what TLS protected.
  if (answer.length !== 1 || (answer[0] !== ACCEPTED && answer[0] !== REFUSED)) {
    throw new TlsError('The server’s answer to the request for TLS is none of PostgreSQL.');
  }
  return answer[0] === ACCEPTED;
}

async function secure(socket: Socket, host: Host, tls: Tls, timeoutMs: number): Promise<Socket> {
  const secured = connectTls({ socket, host: host.host, ...tlsOptions(host, tls) });
  try {
    await settles(secured, 'secureConnect', host, timeoutMs);
    return secured;
  } catch (cause) {
    secured.destroy();
    const { message } = cause as Error;
    throw new TlsError(
      `TLS with the PostgreSQL at ${host.host}:${host.port} failed: ${message}. sslmode=${tls.mode}${tls.rootCertificate ? `, sslrootcert=${tls.rootCertificate}` : ''}.`,
      { cause },
    );
  }
}

function tlsOptions(host: Host, tls: Tls): ConnectionOptions {
  const root = tls.rootCertificate === 'system' ? undefined : tls.rootCertificate;
  // As libpq has it: whoever names a root certificate wants it checked.
  const isChecked = tls.mode.startsWith('verify') || (tls.mode === 'require' && root !== undefined);
  return {
    ...(tls.sendsServerName && isIP(host.host) === 0 && { servername: host.host }),
    ...(tls.negotiation === 'direct' && { ALPNProtocols: ['postgresql'] }),
    rejectUnauthorized: isChecked,
    ...(tls.mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...(root && isChecked && { ca: read('sslrootcert', root) }),
    ...(tls.certificate && { cert: read('sslcert', tls.certificate) }),
    ...(tls.key && { key: read('sslkey', tls.key) }),
    ...(tls.keyPassword && { passphrase: tls.keyPassword }),
    ...(tls.revocationList && { crl: read('sslcrl', tls.revocationList) }),
    ...(tls.minVersion && { minVersion: tls.minVersion as SecureVersion }),
    ...(tls.maxVersion && { maxVersion: tls.maxVersion as SecureVersion }),
  };
}

function read(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new TlsError(
      `The database URL says ${parameter}=${path}, which cannot be read (${code}).`,
      {
        cause,
      },
    );
  }
}

/** The first value of `event`; fails when the socket breaks, ends or says nothing for too long. */
function settles(socket: Socket, event: string, host: Host, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settled = (settle: () => void) => {
      clearTimeout(timer);
      socket.off(event, onEvent).off('error', onError).off('close', onClose);
      settle();
    };
    const fail = (error: Error) => {
      // What else goes wrong with it is of no interest any more.
      socket.on('error', () => {}).destroy();
      settled(() => reject(error));
    };
    const coded = (code: string, what: string) =>
      Object.assign(new Error(`${host.host}:${host.port} ${what}`), { code });
    const onEvent = (value: unknown) => settled(() => resolve(value));
    const onError = (error: Error) => fail(error);
    const onClose = () => fail(coded('ECONNRESET', 'closed the connection'));
    const timer = setTimeout(
      () => fail(coded('CONNECT_TIMEOUT', `did not answer in ${timeoutMs / 1000} seconds`)),
      timeoutMs,
    );
    socket.once(event, onEvent).once('error', onError).once('close', onClose);
  });
}
