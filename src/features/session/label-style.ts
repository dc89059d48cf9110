import type { AnnotationFields, AnnotationType } from '@/contract/annotations';
import { NEGATIVE_LABEL, type SpanLabelType } from '@/contract/spans';

const NEUTRAL = '#8a94a6';

/** A label as people see it: types that are gone or never had a row keep their name. */
export function labelStyle(
  labels: readonly Pick<SpanLabelType, 'name' | 'displayName' | 'color'>[],
  name: string,
): { text: string; color: string } {
  if (name === NEGATIVE_LABEL) return { text: 'No pattern', color: NEUTRAL };
  const type = labels.find((label) => label.name === name);
  return { text: type?.displayName ?? name, color: type?.color ?? NEUTRAL };
}

/** Each label's colour, for where there are many to be coloured. */
export function colorsOf(labels: readonly SpanLabelType[]): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const color = known.get(name) ?? labelStyle(labels, name).color;
    known.set(name, color);
    return color;
  };
}

/** The same for the type of a marker, line or rectangle, which may have a colour of its own. */
export function annotationStyle(
  types: AnnotationType[],
  { labelType, color }: AnnotationFields,
): { text: string; color: string } {
  const type = types.find(({ name }) => name === labelType);
  return { text: type?.displayName ?? labelType, color: color ?? type?.color ?? NEUTRAL };
}
