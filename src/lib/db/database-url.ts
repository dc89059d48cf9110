import { libpqEnvironment } from './libpq-defaults';

/** libpq's values of `sslmode`, its default first. */
const TLS_MODES = ['prefer', 'disable', 'allow', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** The environment variables that libpq reads, by the parameter that each stands for. */
const VARIABLES = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcrl: 'PGSSLCRL',
  sslsni: 'PGSSLSNI',
  sslnegotiation: 'PGSSLNEGOTIATION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  channel_binding: 'PGCHANNELBINDING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
  application_name: 'PGAPPNAME',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  gssencmode: 'PGGSSENCMODE',
} as const;

/** Parameters of libpq that are followed and have no variable. */
const FOLLOWED = ['sslpassword', 'keepalives', 'keepalives_idle', 'ssl'] as const;
/** Parameters of libpq that change nothing here: they fine-tune, or are for authentication by GSSAPI. */
const HARMLESS = new Set([
  'client_encoding',
  'fallback_application_name',
  'gssdelegation',
  'gsslib',
  'keepalives_count',
  'keepalives_interval',
  'krbsrvname',
  'load_balance_hosts',
  'sslcertmode',
  'sslcompression',
  'tcp_user_timeout',
]);
/** Parameters of libpq that its own programs alone can follow. */
const LIBPQ_ALONE = new Set(['require_auth', 'requirepeer']);
/** Where libpq looks for what the URL leaves open. */
const SERVICE = new Set(['service', 'servicefile']);
/** What Prisma, hosts and node-postgres write into a URL and libpq does not know. */
const FOREIGN = new Set(['pgbouncer', 'schema', 'connection_limit', 'uselibpqcompat']);
/** What Prisma alone understands, and nothing is lost without. */
const PRISMA = new Set(['pool_timeout', 'socket_timeout', 'sslaccept', 'statement_cache_size']);

type Followed = keyof typeof VARIABLES | (typeof FOLLOWED)[number];

/** A database URL as it was read, by the meaning that libpq gives its parts. */
export type DatabaseTarget = {
  /** Tried one after the other. A host that begins with / is the folder of a Unix socket. */
  hosts: { host: string; address: string; port: number }[];
  user: string;
  /** Of the URL or PGPASSWORD; without either the password file is asked. */
  password: string | undefined;
  passwordFile: string | undefined;
  database: string;
  tls: {
    mode: TlsMode;
    negotiation: 'postgres' | 'direct';
    rootCertificate: string | undefined;
    certificate: string | undefined;
    key: string | undefined;
    keyPassword: string | undefined;
    revocationList: string | undefined;
    minVersion: string | undefined;
    maxVersion: string | undefined;
    sendsServerName: boolean;
  };
  channelBinding: 'disable' | 'prefer' | 'require';
  applicationName: string | undefined;
  /** Command-line options for the server, such as `-c search_path=…`. */
  options: string | undefined;
  connectTimeoutMs: number | undefined;
  keepAlive: { isOn: boolean; idleMs: number };
  /** It leads to a pooler that gives each transaction another session. */
  isPooled: boolean;
  maxConnections: number | undefined;
  /** The same for programs built on libpq, the password left in. */
  libpqUrl: string;
  /** What of it is not followed, each a sentence. */
  warnings: string[];
};

const URL_PATTERN =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/s;
const DEFAULT_PORT = 5432;
const MAX_PORT = 65_535;
/**
 * The poolers of hosts that say so by name or port; everybody else's URL says pgbouncer=true. What
 * is past them has the same names, but for the one part that `past` takes out of the host and port.
 */
const POOLERS = [
  { host: /-pooler\.[^/]*\.neon\.tech$/, port: undefined, past: ['-pooler.', '.'] },
  {
    host: /\.pooler\.supabase\.com$|^db\.[^.]+\.supabase\.co$/,
    port: 6543,
    past: [':6543', ':5432'],
  },
  { host: /\.db\.ondigitalocean\.com$/, port: 25_061, past: undefined },
] as const;

export const isDatabaseUrl = (text: string): boolean => URL_PATTERN.test(text);

/**
 * Reads a database URL as libpq does, and in addition what Prisma and the hosts of databases write
 * into theirs. What the URL leaves open is taken from where libpq takes it: a connection service,
 * the variables in `given`, its default files. Throws with a sentence, which has nothing of the
 * password in it, when a part of the URL has no meaning.
 */
export function readDatabaseUrl(
  text: string,
  given: Record<string, string | undefined> = {},
): DatabaseTarget {
  const parts = URL_PATTERN.exec(text)?.groups;
  if (!parts) throw new Error(`${SHOWN_FORM}.`);
  const query = readQuery(parts.query ?? '');
  const where = { service: query.get('service'), serviceFile: query.get('servicefile') };
  const environment = libpqEnvironment(given, where, (key) =>
    key in VARIABLES ? VARIABLES[key as keyof typeof VARIABLES] : undefined,
  );
  const named = (key: Followed): string | undefined => query.get(key) || undefined;
  const variable = (key: keyof typeof VARIABLES) => environment[VARIABLES[key]] || undefined;
  const found = (key: keyof typeof VARIABLES) => named(key) ?? variable(key);

  const user = named('user') ?? decode(parts.user) ?? variable('user') ?? environment.USER;
  if (!user) throw new Error(`${SHOWN_FORM}: it names no user.`);
  const database = named('dbname') ?? decode(parts.database) ?? variable('dbname') ?? user;
  const hosts = readHosts(parts.hosts ?? '', named, variable);
  const tlsMode = readTlsMode(found('sslmode'), named('ssl'), found('sslrootcert'));
  const warnings = [...unknownParameters(query), ...unfollowed(query, hosts.length)];
  requirePublicSchema(query.get('schema'));
  const isPooled = query.get('pgbouncer') === 'true' || hosts.some(isPoolerOfHost);
  return {
    hosts,
    user,
    password: named('password') ?? decode(parts.password) ?? variable('password'),
    passwordFile: found('passfile'),
    database,
    tls: {
      mode: tlsMode,
      negotiation: oneOf('sslnegotiation', found('sslnegotiation'), ['postgres', 'direct']),
      rootCertificate: found('sslrootcert'),
      certificate: found('sslcert'),
      key: found('sslkey'),
      keyPassword: named('sslpassword'),
      revocationList: found('sslcrl'),
      minVersion: found('ssl_min_protocol_version'),
      maxVersion: found('ssl_max_protocol_version'),
      sendsServerName: found('sslsni') !== '0',
    },
    channelBinding: oneOf('channel_binding', found('channel_binding'), [
      'prefer',
      'disable',
      'require',
    ]),
    applicationName: found('application_name'),
    options: found('options'),
    connectTimeoutMs: readTimeout(found('connect_timeout')),
    keepAlive: {
      isOn: named('keepalives') !== '0',
      idleMs: 1000 * (wholeNumber('keepalives_idle', named('keepalives_idle')) || 60),
    },
    isPooled,
    maxConnections: wholeNumber('connection_limit', query.get('connection_limit')) || undefined,
    // A password may have a ? in it, so that the first one need not begin the parameters.
    libpqUrl: toLibpqUrl(text.slice(0, text.length - (parts.query?.length ?? 0)), query, {
      // What a program's own libpq would look for elsewhere than we do.
      ...(!parts.hosts && { host: hosts.map(({ host }) => host).join(',') }),
      ...(named('ssl') === 'true' && { sslmode: tlsMode }),
      ...(tlsMode === 'verify-full' && { sslrootcert: found('sslrootcert') ?? 'system' }),
    }),
    warnings,
  };
}

const SHOWN_FORM =
  'A database URL looks like postgresql://user:password@host:5432/database, with special characters percent-encoded';

function readQuery(text: string): Map<string, string> {
  const pairs = text.split('&').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [decode(key) ?? '', decode(value.join('=')) ?? ''];
    }),
  );
}

function decode(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`${SHOWN_FORM}: a % in it is not followed by two hexadecimal digits.`);
  }
}

function readHosts(
  authority: string,
  named: (key: 'host' | 'hostaddr' | 'port') => string | undefined,
  variable: (key: 'host' | 'hostaddr' | 'port') => string | undefined,
): DatabaseTarget['hosts'] {
  const written = (authority ? authority.split(',') : []).map((entry) => {
    const [, host = '', port] = /^(\[[^\]]*\]|[^:@]*)(?::(\d*))?$/.exec(entry) ?? [];
    // What cannot be read is not shown: a password with an @ or a / in it ends up here.
    if (entry !== '' && !host && port === undefined) {
      throw new Error(`${SHOWN_FORM}: what stands before the database in it is no host.`);
    }
    return { host: decode(host.replace(/^\[|\]$/g, '')), port };
  });
  // As libpq has it, what comes later in the URL counts.
  const hosts = (named('host') ?? '').split(',').filter(Boolean);
  const places = hosts.length > 0 ? hosts.map((host, i) => ({ ...written[i], host })) : written;
  const ports = (named('port') ?? '').split(',').filter(Boolean);
  const addresses = (named('hostaddr') ?? variable('hostaddr'))?.split(',') ?? [];
  const defaultPorts = variable('port')?.split(',') ?? [];
  const defaultHosts = (variable('host') ?? 'localhost').split(',');
  const found =
    places.length > 0 ? places : defaultHosts.map((host) => ({ host, port: undefined }));
  return found.map(({ host: given, port }, i) => {
    const host = given || (defaultHosts[i] ?? defaultHosts[0] ?? 'localhost');
    const last = ports[i] ?? ports[0] ?? port;
    return {
      host,
      address: addresses[i] || host,
      port: readPort(last || (defaultPorts[i] ?? defaultPorts[0])),
    };
  });
}

function readPort(value: string | undefined): number {
  const port = wholeNumber('port', value) || DEFAULT_PORT;
  if (port <= MAX_PORT) return port;
  throw new Error(`The database URL says port=${port}; the largest one is ${MAX_PORT}.`);
}

function readTlsMode(
  mode: string | undefined,
  ssl: string | undefined,
  root: string | undefined,
): TlsMode {
  // JDBC's and older libpq's way to say it.
  if (mode === undefined && ssl === 'true') return 'require';
  // node-postgres' name for what libpq calls require.
  if (mode === 'no-verify') return 'require';
  const read = oneOf('sslmode', mode ?? (root === 'system' ? 'verify-full' : undefined), TLS_MODES);
  if (root === 'system' && read !== 'verify-full') {
    // Anybody may have a certificate of a well-known CA: only the name in it tells whose it is.
    throw new Error(`sslrootcert=system needs sslmode=verify-full; the database URL says ${read}.`);
  }
  return read;
}

const isPoolerOfHost = ({ host, port }: { host: string; port: number }): boolean =>
  POOLERS.some((one) => one.host.test(host) && (one.port ?? port) === port);

/** The URL past the pooler that `text` leads to, where its host is known to have one; else undefined. */
export function urlPastPooler(text: string): string | undefined {
  const [, before = '', place = '', after = ''] = /^([^@]*@)([^/?,]*)(.*)$/s.exec(text) ?? [];
  const [, host = '', port] = /^([^:]*):?(\d*)$/.exec(place) ?? [];
  const known = { host, port: Number(port) || DEFAULT_PORT };
  const pooler = POOLERS.find(
    (one) => one.host.test(host) && (one.port ?? known.port) === known.port,
  );
  if (!pooler?.past) return undefined;
  const [taken, put] = pooler.past;
  // What Prisma says of the pooler is not true past it.
  return `${before}${place.replace(taken, put)}${after.replace(/([?&])pgbouncer=true(&|$)/, (_, first, last) => (last ? first : ''))}`;
}

function unknownParameters(query: Map<string, string>): string[] {
  const isKnown = (key: string) =>
    key in VARIABLES ||
    (FOLLOWED as readonly string[]).includes(key) ||
    [HARMLESS, LIBPQ_ALONE, SERVICE, FOREIGN, PRISMA].some((names) => names.has(key));
  const unknown = [...query.keys()].filter((key) => !isKnown(key));
  if (unknown.length === 0) return [];
  return [
    `The database URL has parameters that are not known here and were left out: ${unknown.join(', ')}. A setting of the server is written options=-c%20name%3Dvalue.`,
  ];
}

/** What libpq would do otherwise. */
function unfollowed(query: Map<string, string>, hosts: number): string[] {
  if (query.get('gssencmode') === 'require') {
    throw new Error('gssencmode=require cannot be followed: use sslmode=verify-full instead.');
  }
  const warnings = [...query.keys()]
    .filter((key) => LIBPQ_ALONE.has(key))
    .map((key) => `The database URL says ${key}, which only programs built on libpq follow.`);
  const attributes = query.get('target_session_attrs') ?? 'any';
  if (hosts > 1 && attributes !== 'any') {
    warnings.push(
      `target_session_attrs=${attributes} is not followed: the first host of the database URL that answers is used.`,
    );
  }
  return warnings;
}

function requirePublicSchema(schema: string | undefined) {
  if (schema && schema !== 'public') {
    throw new Error(
      `The database URL says schema=${schema}, but the tables are always in the schema public. Use a database of its own, and leave schema out.`,
    );
  }
}

function oneOf<const T extends string>(
  name: string,
  value: string | undefined,
  [first, ...others]: readonly [T, ...T[]],
): T {
  if (value === undefined) return first;
  const known = [first, ...others].find((choice) => choice === value);
  if (known) return known;
  throw new Error(
    `The database URL says ${name}=${value}; it may be ${[first, ...others].join(', ')}.`,
  );
}

function wholeNumber(name: string, value: string | undefined): number {
  if (!value) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new Error(`The database URL says ${name}=${value}, which is no whole number.`);
}

/** libpq takes 1 for 2, and 0 for no limit. */
function readTimeout(value: string | undefined): number | undefined {
  const seconds = wholeNumber('connect_timeout', value);
  return seconds === 0 ? undefined : 1000 * Math.max(seconds, 2);
}

const isOfLibpq = (key: string) =>
  key in VARIABLES ||
  [HARMLESS, LIBPQ_ALONE, SERVICE].some((names) => names.has(key)) ||
  ((FOLLOWED as readonly string[]).includes(key) && key !== 'ssl');

/** The URL with what libpq knows of it, and `more`. */
function toLibpqUrl(
  beforeQuery: string,
  query: Map<string, string>,
  more: Record<string, string>,
): string {
  const base = beforeQuery.replace(/\?$/, '');
  const known = [...query].filter(([key, value]) => isOfLibpq(key) && value);
  const written = Object.entries({ ...more, ...Object.fromEntries(known) })
    .map(([key, value]) => [key, key === 'sslmode' && value === 'no-verify' ? 'require' : value])
    .map(([key, value = '']) => `${key}=${encodeURIComponent(value).replaceAll('%2F', '/')}`);
  return written.length > 0 ? `${base}?${written.join('&')}` : base;
}
