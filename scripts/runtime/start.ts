import { join } from 'node:path';
import { libpqConnection, readTarget } from '@/lib/db/connection';
import { migrateDatabase } from '@/lib/db/migrate';
import { setRoleDefaults } from '@/lib/db/role-defaults';
import { errorReason } from '@/lib/error-reason';
import { poll } from '@/lib/retry';
import { sentenceOf } from '../cli/sentence';
import { onSignal } from '../cli/signals';
import { watchAncestors } from './ancestors';
import { isStopping, stopChildren, stopGroup, watchChildren } from './child';
import { type EmbeddedDatabase, startDatabase } from './database';
import { acquireLockFile, type LockFile, makeWritable, type ProcessId } from './lock-file';
import { log, type Part, step } from './log';
import { serveMl, startWorker } from './ml';
import { hasPackages, pythonEnvironment } from './python';
import { releaseReserve } from './reserve';
import type { Served } from './serve';
import { databaseFolder, loadSettings, mlDatabaseOf, type Settings } from './settings';
import { supervise } from './supervise';
import { ensureToken, newSignInUrl } from './token';
import { buildWebOnce, serveWeb } from './web';

/** A program that ends again and again has a reason that starting it once more does not mend. */
const LIMITS = { mostEnds: 5, firstPauseMs: 250, longestPauseMs: 10_000 };
/** Without the ML service everything else works, so it is tried for as long as the rest runs. */
const ML_LIMITS = {
  mostEnds: Number.POSITIVE_INFINITY,
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
};

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

/** Brings everything up and answers then; what it started runs until the process is told to stop. */
export async function start(): Promise<void> {
  const settings = loadSettings();
  await new Instance(settings).run();
}

class Instance {
  #run: Run = { pid: process.pid, state: 'starting', children: [] };
  #lock: LockFile<Run> | undefined;
  #embedded: Promise<EmbeddedDatabase> | undefined;
  #stopped: Promise<void> | undefined;
  /** What depends on the database's address, to be started anew when that changes. */
  readonly #served = new Map<Part, Pick<Served, 'child'>>();
  /** Where the database is now. */
  #urls: Urls | undefined;

  constructor(readonly settings: Settings) {}

  async run(): Promise<void> {
    try {
      this.#lock = await this.#lockData();
      watchChildren((children) => this.#note({ children }));
      this.#stopWhenTold();
      await this.#bringUp();
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  async #bringUp(): Promise<void> {
    const database = this.#openDatabase();
    const built = buildWebOnce();
    // Either may fail before anybody waits for it.
    for (const begun of [database, built]) begun.catch(() => {});
    // With its packages there it starts at once; else they wait for the web app, which people wait for.
    if (await hasPackages()) this.#beginMl(database);
    const [{ shownUrl }] = await Promise.all([database, built]);
    const webUrl = await this.#openWeb();
    if (isStopping()) return;
    this.#note({ state: 'ready', web: webUrl });
    console.log(`web       ${await newSignInUrl((this.#urls as Urls).directUrl, webUrl)}`);
    console.log(`database  ${shownUrl}`);
    const ml = await this.#beginMl(database);
    if (!isStopping()) console.log(`ml        ${ml}`);
  }

  #ml: Promise<string> | undefined;
  #beginMl(database: Promise<Urls>): Promise<string> {
    this.#ml ??= this.#openMl(database);
    return this.#ml;
  }

  async #openDatabase(): Promise<Urls> {
    const { DATABASE_URL, DATA_DIR } = this.settings;
    this.#urls = DATABASE_URL
      ? givenDatabase(this.settings, DATABASE_URL)
      : await this.#embeddedDatabase(DATA_DIR);
    const { appUrl, directUrl, shownUrl } = this.#urls;
    await step('database', 'bringing its tables up to date', () =>
      migrateDatabase(directUrl)
        .then(() => setRoleDefaults(appUrl, directUrl))
        .catch((cause) => {
          const why = errorReason(cause);
          throw new Error(`The database ${shownUrl} could not be made ready: ${why}`, { cause });
        }),
    );
    return this.#urls;
  }

  async #embeddedDatabase(dataDir: string): Promise<Urls> {
    const begin = () => {
      this.#embedded = startDatabase(dataDir);
      return this.#embedded;
    };
    const database = await begin();
    const logged = [`${join(dataDir, 'postgres.log')} says why.`];
    const asProcess = ({ cluster }: EmbeddedDatabase) => ({
      ended: cluster.ended.then(() => 'PostgreSQL has ended'),
      lastLines: logged,
    });
    const again = async () => {
      const { cluster, url, shownUrl } = await begin();
      const before = this.#urls?.shownUrl;
      this.#urls = urlsOf({ url, shownUrl });
      // Another program has its old port: who was told that one has to be told anew.
      if (shownUrl !== before)
        for (const { child } of this.#served.values()) stopGroup(child.id, false);
      return asProcess({ cluster, url, shownUrl });
    };
    this.#keep('database', supervise('database', asProcess(database), again, LIMITS));
    return urlsOf(database);
  }

  async #openWeb(): Promise<string> {
    let port = this.settings.PORT;
    const begin = async () => {
      const { appUrl, directUrl } = this.#urls as Urls;
      const served = await serveWeb(port, {
        DATABASE_URL: appUrl,
        DIRECT_DATABASE_URL: directUrl,
        DATABASE_FOLDER: databaseFolder(this.settings),
        TOKEN_FILE: await ensureToken(this.settings.DATA_DIR),
        UPLOADS_FOLDER: join(this.settings.DATA_DIR, 'uploads'),
      });
      port = served.port;
      this.#served.set('web', served);
      const web = `http://127.0.0.1:${port}`;
      if (this.#run.web && this.#run.web !== web) log('web', `it is at ${web} now`);
      this.#note({ web });
      return served.child;
    };
    this.#keep('web', supervise('web', await begin(), begin, LIMITS));
    return `http://127.0.0.1:${port}`;
  }

  /** The URL of the ML service's HTTP, or why it has none. */
  async #openMl(database: Promise<Urls>): Promise<string> {
    try {
      await pythonEnvironment({ dev: false });
      // That it failed ends the whole start, and is told there.
      const isUp = await database.then(
        () => true,
        () => false,
      );
      if (!isUp) return 'not running: there is no database';
      const begin = async () => {
        const child = await startWorker((this.#urls as Urls).mlUrl);
        this.#served.set('ml', { child });
        return child;
      };
      supervise('ml', await begin(), begin, ML_LIMITS);
    } catch (error) {
      return `not running: ${this.#tellProblem('ml', error)}`;
    }
    try {
      return `http://127.0.0.1:${await this.#openMlHttp()}`;
    } catch (error) {
      return `takes runs, yet answers no HTTP: ${this.#tellProblem('ml-http', error)}`;
    }
  }

  /** For other programs than ours: runs are taken without it. */
  async #openMlHttp(): Promise<number> {
    let port = this.settings.ML_PORT;
    const begin = async () => {
      const served = await serveMl(port, (this.#urls as Urls).mlUrl);
      port = served.port;
      this.#served.set('ml-http', served);
      return served.child;
    };
    supervise('ml-http', await begin(), begin, ML_LIMITS);
    return port;
  }

  #tellProblem(part: Part, error: unknown): string {
    const problem = sentenceOf(error);
    if (!isStopping()) log(part, problem);
    return problem.split('\n')[0] ?? problem;
  }

  /** Stops everything when a part has been given up. */
  async #keep(part: Part, supervision: Promise<string | undefined>): Promise<void> {
    const why = await supervision;
    if (why) await this.#giveUp(new Error(`The ${part} is given up: ${why}.`));
  }

  /** Locks the data folder and ends what a start that was killed has left running. */
  async #lockData(): Promise<LockFile<Run>> {
    const { DATA_DIR } = this.settings;
    await makeWritable(DATA_DIR);
    await releaseReserve(DATA_DIR);
    return await poll(
      async () => {
        const result = await acquireLockFile(join(DATA_DIR, 'running.json'), this.#run);
        if (!('heldBy' in result)) {
          const leftovers = result.abandoned?.children ?? [];
          await Promise.all(leftovers.map((leader) => stopGroup(leader, false)));
          return result;
        }
        const { pid, state, web } = result.heldBy;
        if (state === 'stopping') return undefined;
        throw new Error(
          `candle-annotator is already running with the data in ${DATA_DIR}: ${web ?? 'it is still starting'} (process ${pid}). Stop that one with Ctrl-C, or set DATA_DIR to another folder.`,
        );
      },
      { everyMs: 200 },
    );
  }

  #note(change: Partial<Run>) {
    this.#run = { ...this.#run, ...change };
    this.#lock?.update(this.#run);
  }

  #stopWhenTold() {
    onSignal((signal) => {
      if (!this.#stopped) this.#stop(0);
      else if (signal !== 'SIGHUP') this.#hurry();
    });
    // An error that nothing expected must not leave the rest running.
    process.on('uncaughtException', (error) => this.#giveUp(error));
    // Nobody reads what we say any more: the terminal or the pipe has gone.
    process.stdout.on('error', () => this.#stop(1));
    watchAncestors(() => this.#stop(1));
  }

  async #giveUp(error: unknown): Promise<void> {
    // What was under way when everything was stopped fails; that is no news.
    if (isStopping()) return;
    console.error(sentenceOf(error));
    await this.#stop(1);
  }

  #stop(code: number): Promise<void> {
    this.#stopped ??= (async () => {
      if (this.#lock) console.log('- stopping (Ctrl-C again to hurry)');
      this.#note({ state: 'stopping' });
      await stopChildren(false);
      const database = await this.#embedded?.catch(() => undefined);
      await database?.cluster.stop();
      await this.#lock?.release();
    })()
      // Whatever is in the way of an orderly end, this is one.
      .catch((error) => console.error(sentenceOf(error)))
      .then(() => process.exit(code));
    return this.#stopped;
  }

  /** Everything still ends before we do; PostgreSQL recovers at the next start. */
  #hurry() {
    stopChildren(true);
    this.#embedded?.then(
      ({ cluster }) => cluster.stop('immediate'),
      () => {}, // It never came up.
    );
  }
}

function givenDatabase(settings: Settings, appUrl: string): Urls {
  return {
    appUrl,
    directUrl: settings.DIRECT_DATABASE_URL ?? appUrl,
    mlUrl: readTarget(mlDatabaseOf(settings) ?? appUrl).libpqUrl,
    shownUrl: libpqConnection(appUrl).url,
  };
}

const urlsOf = ({ url, shownUrl }: Pick<EmbeddedDatabase, 'url' | 'shownUrl'>): Urls => ({
  appUrl: url('app'),
  directUrl: url('app'),
  mlUrl: url('ml'),
  shownUrl,
});
