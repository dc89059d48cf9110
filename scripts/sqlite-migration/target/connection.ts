import type { Client, QueryResultRow } from 'pg';
import { openClient, readTarget } from '@/lib/db/connection';
import { errorReason } from '@/lib/error-reason';
import { Failure } from '../../cli/failure';

const PURPOSE = { applicationName: 'candle-annotator-migrate-sqlite', timeoutMs: 10_000 };

/** The database that the rows go to, by one connection of our own. */
export class Target {
  #depth = 0;
  readonly #others = new Set<Target>();

  private constructor(
    readonly client: Client,
    readonly url: string,
    /** Everything happens in one transaction that is rolled back at the end. */
    readonly isDryRun: boolean,
  ) {}

  static async open(url: string, isDryRun: boolean): Promise<Target> {
    const client = await openClient(url, PURPOSE).catch((cause) => {
      const { hosts, database } = readTarget(url);
      throw new Failure(
        `PostgreSQL at ${hosts[0]?.host}:${hosts[0]?.port} (database ${database}) cannot be reached: ${errorReason(cause)}. Start it, or set DATABASE_URL to another one.`,
      );
    });
    return Target.#over(client, url, isDryRun);
  }

  static async #over(client: Client, url: string, isDryRun: boolean): Promise<Target> {
    const target = new Target(client, url, isDryRun);
    // A load takes what it takes, whatever the role's own limits are.
    await target.run(`select set_config(name, '0', false) from pg_settings where name in (
      'statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`);
    // What a crash of the server takes with it, it takes with its checkpoints. See \`makeDurable\`.
    await target.run(`set synchronous_commit = off; set timezone to 'UTC'; set lock_timeout = '60s';
      set maintenance_work_mem = '256MB'; set synchronize_seqscans = off`);
    // Rows lie nearly in the order of their keys, and sorting them is soon done. Statistics are
    // those of the first minute, until autovacuum makes its own.
    await target.run(
      'set max_parallel_maintenance_workers = 0; set default_statistics_target = 20',
    );
    return target;
  }

  async run(sql: string, values: unknown[] = []): Promise<void> {
    await this.client.query(sql, values);
  }

  async rows<R extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> {
    return (await this.client.query<R>(sql, values)).rows;
  }

  async one<R extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<R> {
    const [row] = await this.rows<R>(sql, values);
    if (!row) throw new Error(`no row from ${sql}`);
    return row;
  }

  /** From here on a commit is kept whatever happens, and all before it with it. */
  async makeDurable(): Promise<void> {
    await this.run('set synchronous_commit = on');
  }

  /** Begins what a dry run takes back. */
  async beginDryRun(): Promise<void> {
    if (this.isDryRun) await this.run('begin');
  }

  /** All of `work` or nothing; a dry run has savepoints in its one transaction instead. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const isInner = this.isDryRun || this.#depth > 0;
    const name = `step_${++this.#depth}`;
    await this.run(isInner ? `savepoint ${name}` : 'begin');
    try {
      const result = await work();
      await this.run(isInner ? `release savepoint ${name}` : 'commit');
      return result;
    } catch (error) {
      // Of a connection that broke, the server takes everything back by itself.
      await this.run(isInner ? `rollback to savepoint ${name}` : 'rollback').catch(() => {});
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /**
   * Several things at once: the first by this connection, the others each by one of its own. A dry
   * run has but one. When one fails, the others are broken off.
   */
  async all<R extends unknown[]>(
    works: {
      [K in keyof R]: (target: Target) => Promise<R[K]>;
    },
  ): Promise<R> {
    const all: ((target: Target) => Promise<unknown>)[] = works;
    if (this.isDryRun) {
      const done = [];
      for (const work of all) done.push(await work(this));
      return done as R;
    }
    const failures: unknown[] = [];
    const results = all.map((work, i) => (i === 0 ? work(this) : this.beside(work)));
    for (const result of results) {
      result.catch((error) => {
        if (failures.push(error) === 1) this.break();
      });
    }
    const settled = await Promise.allSettled(results);
    if (failures.length > 0) throw failures[0];
    return settled.map((result) => result.status === 'fulfilled' && result.value) as R;
  }

  /** Does something by another connection. */
  async beside<T>(work: (target: Target) => Promise<T>): Promise<T> {
    // Its failure is that of a connection in the middle of the work, not of a wrong URL.
    const other = await Target.#over(await openClient(this.url, PURPOSE), this.url, false);
    this.#others.add(other);
    try {
      return await work(other);
    } finally {
      this.#others.delete(other);
      await other.close();
    }
  }

  /** Whatever is under way fails, and the server takes it back. */
  readonly break = (): void => {
    this.client.connection.stream.destroy();
    for (const other of this.#others) other.break();
  };

  async close(): Promise<void> {
    await this.client.end().catch(() => {});
  }
}
