import { reasonOf } from '@/trpc/client';
import type { CommandContext } from '../session/command';

/** What comes back is gone to, and its reason shown, by the notice on the chart. */
export async function goToNextWindow({ session, signal }: CommandContext) {
  try {
    const next = await session.askNext();
    if (!signal.aborted) session.view.setState({ next });
  } catch (error) {
    session.view.setState({ next: { window: null, problem: reasonOf(error) } });
  }
}
