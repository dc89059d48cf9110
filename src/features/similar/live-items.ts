import type { OverlayItem } from '@/chart/kinds/kinds';
import { formatScore } from '@/components/format';
import type { SpanLabelType } from '@/contract/spans';
import { byUid, type VersionedMap } from '@/editor/versioned-map';
import { labelStyle } from '../session/label-style';
import type { LiveSearch } from '../session/view-state';

/** Drawn with both edges, as a selected prediction is: it is there only while somebody looks. */
export function liveItems(
  { label, answer }: LiveSearch,
  labels: SpanLabelType[],
): VersionedMap<OverlayItem<'prediction'>> {
  const style = labelStyle(labels, label);
  return byUid(
    (answer.matches ?? []).map(({ startTime, endTime, score }, index) => ({
      ...{
        uid: `live:${index}`,
        startTime,
        endTime,
        score: formatScore(score),
        selected: true,
        badge: null,
      },
      ...style,
    })),
  );
}
