import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { libpqConnection, readTarget } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { setRoleDefaults } from '@/lib/db/role-defaults';
import { errorReason } from '@/lib/error-reason';
import { freePort } from '@/lib/postgres/free-port';
import { sentenceOf } from '../cli/sentence';
import { onSignal } from '../cli/signals';
import { isStopping, stopChildren, stopGroup, watchChildren } from './child';
import { type Claim, claim, type ProcessId } from './claim';
import { type EmbeddedDatabase, startDatabase } from './database';
import { runMl } from './ml';
import { importSample } from './sample';
import { say, step } from './say';
import { loadSettings, type Settings } from './settings';
import { buildWeb, serveWeb } from './web';

const PORTS_TRIED = 20;

/** What the next start, or one at the same time, has to know about this one. */
type Run = {
  pid: number;
  state: 'starting' | 'ready' | 'stopping';
  web?: string;
  children: ProcessId[];
};

type Urls = {
  appUrl: string;
  /** Past any pooler: for migrations, COPY and LISTEN. */
  directUrl: string;
  mlUrl: string;
  /** For people, without its password. */
  shownUrl: string;
};

let run: Run = { pid: process.pid, state: 'starting', children: [] };
let held: Claim<Run> | undefined;
let embedded: Promise<EmbeddedDatabase> | undefined;
let stopped: Promise<void> | undefined;
const ports: number[] = [];
let choosing: Promise<unknown> = Promise.resolve();

/** Brings everything up and answers then; what it started runs until the process is told to stop. */
export async function start(): Promise<void> {
  try {
    const settings = loadSettings();
    held = await holdData(settings.DATA_DIR);
    watchChildren((children) => note({ children }));
    stopWhenTold();
    await bringUp(settings);
  } catch (error) {
    await giveUp(error);
  }
}

async function bringUp(settings: Settings): Promise<void> {
  const database = openDatabase(settings);
  const [{ shownUrl }, webUrl, ml] = await Promise.all([
    database,
    Promise.all([database, buildWeb()]).then(([urls]) => openWeb(settings, urls)),
    openMl(settings, database),
    database.then(({ directUrl }) => importSample(directUrl)),
  ]);
  if (isStopping()) return;
  note({ state: 'ready', web: webUrl });
  console.log(`web       ${webUrl}`);
  console.log(`database  ${shownUrl}`);
  console.log(`ml        ${ml}`);
}

async function openDatabase(settings: Settings): Promise<Urls> {
  const urls = settings.DATABASE_URL
    ? givenDatabase(settings, settings.DATABASE_URL)
    : await embeddedDatabase(settings.DATA_DIR);
  await step('database', 'bringing its tables up to date', () =>
    migrateDatabase(urls.directUrl)
      .then(() => setRoleDefaults(urls.appUrl, urls.directUrl))
      .catch((cause) => {
        const why = errorReason(cause);
        throw new Error(`The database ${urls.shownUrl} could not be made ready: ${why}`, { cause });
      }),
  );
  return urls;
}

function givenDatabase(settings: Settings, appUrl: string): Urls {
  return {
    appUrl,
    directUrl: settings.DIRECT_DATABASE_URL ?? appUrl,
    mlUrl: readTarget(settings.ML_DATABASE_URL ?? appUrl).libpqUrl,
    shownUrl: libpqConnection(appUrl).url,
  };
}

async function embeddedDatabase(dataDir: string): Promise<Urls> {
  embedded = startDatabase(dataDir);
  const { cluster, url, shownUrl } = await embedded;
  cluster.ended.then(() =>
    endedByItself('database', `PostgreSQL has ended; ${join(dataDir, 'postgres.log')} says why.`),
  );
  return { appUrl: url('app'), directUrl: url('app'), mlUrl: url('ml'), shownUrl };
}

async function openWeb(settings: Settings, { appUrl, directUrl }: Urls): Promise<string> {
  const port = await portFrom(settings.PORT);
  if (port !== settings.PORT) say('web', `port ${settings.PORT} is taken`);
  const web = await serveWeb(port, { DATABASE_URL: appUrl, DIRECT_DATABASE_URL: directUrl });
  web.ended.then((how) => endedByItself('web', [`ended (${how}):`, ...web.lastLines].join('\n')));
  return `http://127.0.0.1:${port}`;
}

/** The ML service's URL, or why it has none. */
async function openMl(settings: Settings, database: Promise<Urls>): Promise<string> {
  const port = await portFrom(settings.ML_PORT);
  const problem = await runMl(port, async () => (await database).mlUrl);
  if (!problem) return `http://127.0.0.1:${port}`;
  say('ml', problem);
  return `not running: ${problem.split('\n')[0]}`;
}

/** `first` or the next free port, or any when all those are taken; never the same one twice. */
function portFrom(first: number): Promise<number> {
  const candidates = Array.from({ length: PORTS_TRIED }, (_, i) => first + i);
  const chosen = choosing.then(async () => {
    const port = await freePort(...candidates.filter((port) => !ports.includes(port)));
    ports.push(port);
    return port;
  });
  choosing = chosen.catch(() => {});
  return chosen;
}

/** Claims the data folder and ends what a start that was killed has left running. */
async function holdData(dataDir: string): Promise<Claim<Run>> {
  for (;;) {
    const result = await claim(join(dataDir, 'running.json'), run);
    if (!('heldBy' in result)) {
      const leftovers = result.abandoned?.children ?? [];
      await Promise.all(leftovers.map((leader) => stopGroup(leader, false)));
      return result;
    }
    const { pid, state, web } = result.heldBy;
    if (state !== 'stopping') {
      throw new Error(
        `candle-annotator is already running with the data in ${dataDir}: ${web ?? 'it is still starting'} (process ${pid}). Stop that one with Ctrl-C, or set DATA_DIR to another folder.`,
      );
    }
    await sleep(200);
  }
}

function note(change: Partial<Run>) {
  run = { ...run, ...change };
  held?.update(run);
}

function stopWhenTold() {
  onSignal((signal) => {
    if (!stopped) stop(0);
    else if (signal !== 'SIGHUP') hurry();
  });
  // An error that nothing expected must not leave the rest running.
  process.on('uncaughtException', giveUp);
  // Nobody reads what we say any more: the terminal or the pipe has gone.
  process.stdout.on('error', () => stop(1));
  // npm was killed in a way that it could not pass on.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid === parent || stop(1), 250).unref();
  }
}

async function giveUp(error: unknown): Promise<void> {
  // What was under way when everything was stopped fails; that is no news.
  if (isStopping()) return;
  console.error(sentenceOf(error));
  await stop(1);
}

function endedByItself(part: 'web' | 'database', text: string) {
  if (isStopping()) return;
  say(part, text);
  stop(1);
}

function stop(code: number): Promise<void> {
  stopped ??= (async () => {
    if (held) console.log('- stopping (Ctrl-C again to hurry)');
    note({ state: 'stopping' });
    await stopChildren(false);
    const database = await embedded?.catch(() => undefined);
    await database?.cluster.stop();
    await held?.release();
    process.exit(code);
  })();
  return stopped;
}

/** Everything still ends before we do; PostgreSQL recovers at the next start. */
function hurry() {
  stopChildren(true);
  embedded?.then(
    ({ cluster }) => cluster.stop('immediate'),
    () => {}, // It never came up.
  );
}
