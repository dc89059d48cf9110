import { reasonOf } from '@/trpc/client';
import type { CommandContext } from '../session/command';

/** What comes back is gone to, and its reason shown, by the notice on the chart. */
export async function goToNextWindow({ session, signal }: CommandContext) {
  const { askNext, view } = session;
  const before = view.getState().next;
  const next = await askNext().catch((error) => ({ window: null, problem: reasonOf(error) }));
  // Whoever has closed the notice meanwhile wants no other one.
  if (!signal.aborted && view.getState().next === before) view.setState({ next });
}
