import type { ChartChanges, ChartEvent } from '@/contract/live';

/**
 * Fewer events that say the same: revisions in a row become one, with each row as the last of them
 * left it. Before a `resync`, which has all read anew, nothing needs to be told.
 */
export function mergeChanges(events: ChartEvent[]): ChartEvent[] {
  const merged: ChartEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    if (event.type === 'resync') {
      const candles = merged.filter(({ type }) => type === 'candles');
      merged.splice(0, merged.length, ...candles, event);
    } else if (event.type === 'changes' && last?.type === 'changes') {
      merged[merged.length - 1] = append(last, event);
    } else merged.push(event);
  }
  return merged;
}

function append(before: ChartChanges, after: ChartChanges): ChartChanges {
  const rows = [...after.spans, ...after.annotations, ...after.examined];
  const written = new Set(rows.map(({ uid }) => uid));
  const touched = new Set([...written, ...after.deleted]);
  const rest = <Row extends { uid: string }>(list: Row[]) =>
    list.filter(({ uid }) => !touched.has(uid));
  return {
    type: 'changes',
    rev: after.rev,
    spans: [...rest(before.spans), ...after.spans],
    annotations: [...rest(before.annotations), ...after.annotations],
    examined: [...rest(before.examined), ...after.examined],
    deleted: [...before.deleted.filter((uid) => !touched.has(uid)), ...after.deleted],
  };
}
