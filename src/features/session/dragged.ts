import type { ChartView } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { movedFields, reshapedFields } from '@/editor/reshape';
import type { Phase } from '@/editor/tools';

/** A record as the drag that is under way would leave it; `isMoved` tells what is moved together. */
export function dragged(
  chart: ChartView,
  record: EditorRecord,
  phase: Phase,
  isMoved: (uid: string) => boolean,
): EditorRecord {
  if (phase.name !== 'reshaping' && phase.name !== 'moving') return record;
  const isDragged = phase.name === 'moving' ? isMoved(record.uid) : phase.target.uid === record.uid;
  if (!isDragged) return record;
  const { target, to } = phase;
  if (phase.name === 'reshaping') {
    return {
      ...record,
      ...reshapedFields(record, target, { ...to, lastTime: to.time }),
    } as EditorRecord;
  }
  const bars = chart.barsApart(phase.from.time, to.time);
  const shift = {
    time: (time: UtcSeconds) => chart.shiftTime(time, bars),
    price: to.price - phase.from.price,
  };
  return { ...record, ...movedFields(record, shift) } as EditorRecord;
}
