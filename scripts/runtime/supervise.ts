import { setTimeout as sleep } from 'node:timers/promises';
import { createBackoff } from '@/lib/retry';
import { isStopping } from './child';
import { log, type Part } from './log';

const WINDOW_MS = 10 * 60_000;
const SHOWN_LINES = 10;

type Process = { ended: Promise<string>; lastLines: readonly string[] };
type Limits = {
  /** So often may it end by itself in ten minutes. */
  mostEnds: number;
  firstPauseMs: number;
  longestPauseMs: number;
};

/**
 * Starts a program again whenever it ends by itself, after a pause that doubles. Answers why it
 * gave up, when it ended too often; undefined when everything is being stopped.
 */
export async function supervise(
  part: Part,
  first: Process,
  start: () => Promise<Process>,
  { mostEnds, firstPauseMs, longestPauseMs }: Limits,
): Promise<string | undefined> {
  const backoff = createBackoff({ firstMs: firstPauseMs, longestMs: longestPauseMs });
  let ends: number[] = [];
  let process: Process | undefined = first;
  while (process) {
    const how: string = await process.ended;
    if (isStopping()) return undefined;
    const last: readonly string[] = process.lastLines.slice(-SHOWN_LINES);
    process = await startAgain([`ended (${how})`, ...last]);
  }
  return isStopping() ? undefined : `it ended ${ends.length} times within ten minutes`;

  async function startAgain(lines: string[]): Promise<Process | undefined> {
    ends = [...ends.filter((at) => at > performance.now() - WINDOW_MS), performance.now()];
    if (ends.length === 1) backoff.reset();
    const [how, ...last] = lines;
    if (ends.length > mostEnds) {
      log(part, [`${how}:`, ...last].join('\n'));
      return undefined;
    }
    const pause = backoff.next();
    log(part, [`${how}, again in ${pause / 1000} s:`, ...last].join('\n'));
    await sleep(pause);
    if (isStopping()) return undefined;
    try {
      return await start();
    } catch (error) {
      if (isStopping()) return undefined;
      return await startAgain([(error as Error).message]);
    }
  }
}
