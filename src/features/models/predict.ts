import type { CommandContext } from '../session/command';

/** The bars in view, by the run whose predictions are shown. */
export async function predictView({ session, chart }: CommandContext) {
  const { runId } = session.view.getState();
  const plot = chart.plot();
  const bars = plot && chart.barsAt(0, plot.widthPx);
  if (runId === null || !bars) return;
  await session.predicting.ask({
    runId,
    chartIds: [session.chart.id],
    range: { from: bars.startTime, to: bars.endTime },
  });
}

export async function predictChart({ session }: Pick<CommandContext, 'session'>) {
  const { runId } = session.view.getState();
  if (runId === null) return;
  await session.predicting.ask({ runId, chartIds: [session.chart.id], range: null });
}

export async function predictAll({ session }: Pick<CommandContext, 'session'>) {
  const { runId } = session.view.getState();
  if (runId !== null) await session.predicting.ask({ runId, chartIds: null, range: null });
}
