import { isIPv6, Socket } from 'node:net';
import { Client } from 'pg';
import type { Options } from 'postgres';
import { postgresEnvironment } from '../env';
import { type DatabaseTarget, readDatabaseUrl } from './database-url';
import { withOrderlyClose } from './orderly-close';
import { passwordFromFile } from './password-file';
import { openSocket } from './socket';

const CONNECT_TIMEOUT_MS = 5_000;
const warned = new Set<string>();

/** What a connection says of itself; the URL's own application_name has precedence. */
type Purpose = { applicationName: string };
/** Settings of the server for a whole session; a pooler that shares sessions takes none but these. */
type Settings = Record<string, string | number>;

/** Reads `url`, together with libpq's variables, and warns once of what it does not follow. */
export function readTarget(url: string): DatabaseTarget {
  const target = readDatabaseUrl(url, postgresEnvironment());
  for (const warning of target.warnings) {
    if (!warned.has(warning)) console.warn(warning);
    warned.add(warning);
  }
  return target;
}

/**
 * Options for postgres.js. The `settings` hold for every session; `sharesSessions` says that there
 * are none: a pooler may neither know them nor see statements that another session has prepared.
 */
export function postgresOptions(
  url: string,
  {
    applicationName,
    settings = {},
    sharesSessions = false,
    onSocket = () => {},
  }: Purpose & {
    settings?: Settings;
    sharesSessions?: boolean;
    onSocket?: (socket: Socket) => void;
  },
): Options<Record<string, never>> {
  const target = readTarget(url);
  const [{ host, port }] = target.hosts as [DatabaseTarget['hosts'][number]];
  const shared = sharesSessions || target.isPooled;
  return {
    host,
    port,
    user: target.user,
    pass: () => passwordOf(target),
    database: target.database,
    ssl: false,
    // Our own socket has made TLS already; one for a type that declares less than it takes.
    ...({
      async socket() {
        const socket = withOrderlyClose(await socketOrFailure(target));
        onSocket(socket);
        return socket;
      },
    } as object),
    connect_timeout: (target.connectTimeoutMs ?? CONNECT_TIMEOUT_MS) / 1000,
    keep_alive: target.keepAlive.isOn ? target.keepAlive.idleMs / 1000 : null,
    ...(target.maxConnections && { max: target.maxConnections }),
    prepare: !shared,
    onnotice: () => {},
    connection: {
      application_name: target.applicationName ?? applicationName,
      TimeZone: 'UTC',
      // postgres.js sends nothing that is 0, which here means without a limit.
      ...(!shared && asTexts(settings)),
      ...(!shared && target.options && { options: target.options }),
    },
  };
}

const asTexts = (settings: Settings): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

/** A client of pg, connected by `url`. */
export async function openClient(
  url: string,
  { applicationName, timeoutMs }: Purpose & { timeoutMs?: number },
): Promise<Client> {
  const target = readTarget(url);
  const timeout = target.connectTimeoutMs ?? timeoutMs ?? CONNECT_TIMEOUT_MS;
  const socket = await openSocket(target, timeout);
  const client = new Client({
    host: target.hosts[0]?.host,
    port: target.hosts[0]?.port,
    user: target.user,
    password: () => passwordOf(target),
    database: target.database,
    ssl: false,
    stream: () => asUnconnected(socket),
    application_name: target.applicationName ?? applicationName,
    connectionTimeoutMillis: timeout,
    enableChannelBinding: 'getPeerCertificate' in socket && target.channelBinding !== 'disable',
    options: target.isPooled ? '' : (target.options ?? ''),
  });
  // A connection that breaks fails the statement under way, or the next one.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return client;
}

/** How a program built on libpq is told of `url`: the password is kept from the list of processes. */
export function libpqConnection(url: string): { url: string; env: Record<string, string> } {
  const target = readTarget(url);
  const password = passwordOf(target);
  const withoutPassword = target.libpqUrl
    .replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, '$1@')
    .replace(/([?&])password=[^&]*&?/, '$1')
    .replace(/[?&]$/, '');
  return { url: withoutPassword, env: password ? { PGPASSWORD: password } : {} };
}

/** Whether `url` leads to a pooler: by what it says, or because another one leads past it. */
export const isPooled = (url: string, directUrl: string): boolean =>
  readTarget(url).isPooled || url !== directUrl;

/** The database for people: its name and where it is. */
export function describeDatabase(url: string): string {
  const { database, hosts } = readTarget(url);
  const places = hosts.map(({ host, port }) => `${isIPv6(host) ? `[${host}]` : host}:${port}`);
  return `${database} on ${places.join(', ')}`;
}

function passwordOf(target: DatabaseTarget): string {
  return target.password ?? passwordFromFile(target) ?? '';
}

/** A driver calls `connect` on what it is given and waits for the event. */
function asUnconnected(socket: Socket): Socket {
  return Object.assign(socket, {
    connect() {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}

/**
 * postgres.js never gets over a promise of a socket that is rejected: its connection is lost to the
 * pool. A socket that breaks is what it knows.
 */
async function socketOrFailure(target: DatabaseTarget): Promise<Socket> {
  try {
    return await openSocket(target, target.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  } catch (error) {
    const broken = new Socket();
    return Object.assign(broken, {
      write() {
        broken.destroy(error as Error);
        return true;
      },
    });
  }
}
