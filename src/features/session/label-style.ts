import type { OverlayMarker } from '@/chart/types';
import type { AnnotationType } from '@/contract/annotations';
import { NEGATIVE_LABEL, type SpanLabelType } from '@/contract/spans';
import type { MarkerRecord } from '@/editor/records';

const NEUTRAL = '#8a94a6';

/** A label as people see it: types that are gone or never had a row keep their name. */
export function labelStyle(labels: SpanLabelType[], name: string): { text: string; color: string } {
  if (name === NEGATIVE_LABEL) return { text: 'No pattern', color: NEUTRAL };
  const type = labels.find((label) => label.name === name);
  return { text: type?.displayName ?? name, color: type?.color ?? NEUTRAL };
}

export function annotationStyle(types: AnnotationType[], marker: MarkerRecord) {
  const type = types.find(({ name }) => name === marker.labelType);
  const direction: OverlayMarker['direction'] =
    type?.icon === 'arrow-up' ? 'up' : type?.icon === 'arrow-down' ? 'down' : 'none';
  return {
    text: type?.displayName ?? marker.labelType,
    color: marker.color ?? type?.color ?? NEUTRAL,
    direction,
  };
}
