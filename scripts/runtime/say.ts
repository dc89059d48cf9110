/** The parts of a running candle-annotator, as its output names them. */
export type Part = 'web' | 'database' | 'ml';

const STATUS_AFTER_MS = 1000;
const STATUS_LINE_MS = 10_000;
const DETAIL_LENGTH = 80;

type Step = { part: Part; doing: string; since: number; detail: string; saidAt: number };
const steps = new Set<Step>();
let statusShown = false;

/** One line about a part. Only the last three lines of a start begin with a part's name. */
export function say(part: Part, text: string): void {
  clearStatus();
  for (const line of text.split('\n')) console.log(`- ${part}: ${line}`);
}

/** A line that a part's own process wrote. */
export function relay(part: Part, line: string): void {
  clearStatus();
  console.log(`[${part}] ${line}`);
}

/**
 * Says what a part does, shows how long it has been at it, and says when it was long.
 * `work` may tell details of its progress.
 */
export async function step<T>(
  part: Part,
  doing: string,
  work: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const now = Date.now();
  const current: Step = { part, doing, since: now, detail: '', saidAt: now };
  say(part, doing);
  steps.add(current);
  const timer = setInterval(() => showStatus(current), STATUS_AFTER_MS);
  try {
    const result = await work((text) => {
      current.detail = text.trim().slice(0, DETAIL_LENGTH);
    });
    const took = Date.now() - now;
    if (took > STATUS_AFTER_MS) say(part, `${doing}: done in ${(took / 1000).toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(timer);
    steps.delete(current);
    clearStatus();
  }
}

/** On a terminal one last line that changes; elsewhere a line now and then. */
function showStatus(current: Step): void {
  const seconds = (since: number) => Math.round((Date.now() - since) / 1000);
  if (!process.stdout.isTTY) {
    if (Date.now() - current.saidAt < STATUS_LINE_MS) return;
    current.saidAt = Date.now();
    const detail = current.detail && ` (${current.detail})`;
    say(current.part, `${current.doing}: ${seconds(current.since)} s${detail}`);
    return;
  }
  const all = [...steps].map((at) => `${at.part} ${seconds(at.since)} s ${at.detail || at.doing}`);
  clearStatus();
  process.stdout.write(all.join(' · ').slice(0, process.stdout.columns - 1));
  statusShown = true;
}

function clearStatus(): void {
  if (statusShown) process.stdout.write('\r\x1b[2K');
  statusShown = false;
}
