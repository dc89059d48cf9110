import { createStatusLine } from '../cli/progress';

/** The parts of a running candle-annotator, as its output names them. */
export type Part = 'web' | 'database' | 'ml' | 'ml-http';

const STATUS_AFTER_MS = 1000;
const DETAIL_LENGTH = 80;

type Step = { part: Part; doing: string; since: number; detail: string };
const steps = new Set<Step>();
const status = createStatusLine(process.stdout, 10_000);

/** One line about a part. Only the last three lines of a start begin with a part's name. */
export function log(part: Part, text: string): void {
  for (const line of text.split('\n')) status.print(`- ${part}: ${line}`);
}

/** A line that a part's own process wrote. */
export function relay(part: Part, line: string): void {
  status.print(`[${part}] ${line}`);
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
  const current: Step = { part, doing, since: now, detail: '' };
  log(part, doing);
  steps.add(current);
  const timer = setInterval(() => status.show(describeSteps), STATUS_AFTER_MS);
  try {
    const result = await work((text) => {
      current.detail = text.trim().slice(0, DETAIL_LENGTH);
    });
    const took = Date.now() - now;
    if (took > STATUS_AFTER_MS) log(part, `${doing}: done in ${(took / 1000).toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(timer);
    steps.delete(current);
    status.clear();
  }
}

function describeSteps(): string {
  const now = Date.now();
  return [...steps]
    .map(({ part, doing, since, detail }) => {
      const seconds = Math.round((now - since) / 1000);
      return `${part} ${seconds} s ${detail || doing}`;
    })
    .join(' · ')
    .replace(/^/, '- ');
}
