import type { ChartView } from '@/chart/types';
import type { Phase } from '@/editor/tools';
import {
  type CommandContext,
  type CommandId,
  type CommandTable,
  keyOf,
} from '../../session/command';
import type { Session } from '../../session/session';
import type { TaskQueue } from '../../session/task-queue';

type Parts = {
  table: CommandTable;
  queue: TaskQueue;
  /** As they are when a command's turn comes. */
  session: () => Session;
  chart: () => ChartView | null;
  navigate: CommandContext['navigate'];
};

export function createRunner({ table, queue, session, chart, navigate }: Parts) {
  const all = Object.keys(table) as CommandId[];
  const isConditional = (id: CommandId) => table[id].when !== undefined;
  const ids = [...all.filter(isConditional), ...all.filter((id) => !isConditional(id))];
  const byKey = new Map<string, CommandId[]>();
  for (const id of ids) {
    for (const key of table[id].keys) byKey.set(key, [...(byKey.get(key) ?? []), id]);
  }

  let held = { key: '', times: 0 };

  function enqueue(candidates: readonly CommandId[], key: string | null, speed = 1) {
    queue.add((signal) => {
      return settled(session(), () => runOne(candidates, key, speed, signal));
    });
  }

  function runOne(
    candidates: readonly CommandId[],
    key: string | null,
    speed: number,
    signal: AbortSignal,
  ): void | Promise<void> {
    const isOfBars = key !== null && candidates.some((id) => table[id].group !== BARLESS);
    if (isOfBars && !signal.aborted && !hasBars(session())) {
      return barsOf(session(), signal).then(() => runOne(candidates, key, speed, signal));
    }
    const view = chart();
    // A dialog that opened meanwhile has the keys; a button of its own calls without one.
    if (key !== null && session().view.getState().dialog !== null) return;
    const id = candidates.find((each) => table[each].when?.(session(), key) ?? true);
    if (!view || !id || signal.aborted) return;
    return table[id].run({ session: session(), chart: view, key, speed, signal, navigate });
  }

  return {
    run: (id: CommandId) => enqueue([id], null),
    /** Whether the key is a command's, which then runs in its turn. */
    press(event: KeyboardEvent): boolean {
      const key = keyOf(event);
      const candidates = byKey.get(key);
      if (!candidates) return false;
      // What waits too long can be dropped, and what the pointer holds is not a matter of keys.
      if (candidates[0] === 'leave' && queue.lateCount() > 0) queue.drop();
      else if (candidates[0] === 'leave' && isHeld(session().view.getState().tool.phase)) {
        const view = chart();
        const { signal } = new AbortController();
        const context = { session: session(), key, speed: 1, signal, navigate };
        if (view) void table.leave.run({ ...context, chart: view });
      } else {
        held =
          event.repeat && held.key === key ? { key, times: held.times + 1 } : { key, times: 0 };
        enqueue(candidates, key, speedOf(held.times));
      }
      return true;
    },
  };
}

/** Commands that mean no bars. */
const BARLESS = 'History and files';

/** Whether the chart shows candles, or has none. */
function hasBars({ view }: Pick<Session, 'view'>): boolean {
  const { timeframe, empty } = view.getState().chartState;
  return timeframe !== null || empty;
}

/** What is pressed while a chart opens waits for its candles, or until it is dropped. */
const barsOf = ({ view }: Pick<Session, 'view'>, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const stop = view.subscribe(() => {
      if (hasBars({ view })) end();
    });
    const end = () => {
      stop();
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });

/** A held key comes some thirty times a second: it is quick after a third of one, and very quick after one. */
const speedOf = (times: number) => (times < 10 ? 1 : times < 30 ? 3 : 10);

/** Whether a button of the mouse is down for a tool. */
function isHeld(phase: Phase): boolean {
  if (phase.name === 'measuring') return phase.step === 'held';
  return phase.name === 'drawing' ? phase.held : phase.name !== 'idle';
}

/** What a tool asked for may wait for candles: a command begins after it, and ends with its own. */
function settled(
  { tasks }: Pick<Session, 'tasks'>,
  run: () => void | Promise<void>,
): void | Promise<void> {
  if (!tasks.isIdle()) return tasks.settled().then(() => settled({ tasks }, run));
  const ending = run();
  if (ending) return ending.then(tasks.settled);
  return tasks.isIdle() ? undefined : tasks.settled();
}
