import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, isStopping, startChild } from './child';
import { ML_FOLDER, PYTHON, pythonEnvironment } from './python';
import { relay, say } from './say';
import { untilItAnswers } from './web';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
const SHOWN_LINES = 10;

/**
 * Installs, starts and keeps the ML service running on `port`. Without it the web app works all the
 * same, so nothing here throws: the answer is the reason why it is not running, if it is not.
 */
export async function runMl(
  port: number,
  databaseUrl: () => Promise<string>,
): Promise<string | undefined> {
  try {
    await pythonEnvironment({ dev: false });
  } catch (error) {
    return (error as Error).message;
  }
  const url = await databaseUrl();
  const start = () => startMl(port, url);
  const child = start();
  const problem = await untilItAnswers(child, `http://127.0.0.1:${port}/health`, 'It').then(
    () => undefined,
    (error: Error) => error.message,
  );
  keepRunning(child, start);
  return problem;
}

function startMl(port: number, databaseUrl: string): Child {
  say('ml', `starting on port ${port}`);
  return startChild(PYTHON, ['-m', 'app', 'serve', '--with-worker'], {
    cwd: ML_FOLDER,
    // It may reach the database as `ml` only, so it is not told the owner's URL.
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      DIRECT_DATABASE_URL: undefined,
      PYTHONUNBUFFERED: '1',
      ML_PORT: String(port),
      ML_DATABASE_URL: databaseUrl,
    },
    onLine: (line) => relay('ml', line),
  });
}

async function keepRunning(first: Child, start: () => Child): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  for (let child = first; ; child = start()) {
    const since = Date.now();
    const how = await child.ended;
    if (isStopping()) return;
    if (Date.now() - since > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    const last = child.lastLines.slice(-SHOWN_LINES);
    say('ml', [`ended (${how}), again in ${pause / 1000} s:`, ...last].join('\n'));
    await sleep(pause);
    if (isStopping()) return;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}
