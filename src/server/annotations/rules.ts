import type { Geometry } from '@/contract/annotations';

type Drawn = { labelType: string; geometry: Geometry | null };

/** Why an annotation cannot be of its type, or null: a marker is a point, all else has corners. */
export function geometryMismatch(
  { labelType, geometry }: Drawn,
  category: string | undefined,
): string | null {
  if (!category) return `There is no annotation type “${labelType}”`;
  if (category === 'marker' && geometry) return `“${labelType}” is a marker and has no geometry`;
  if (category !== 'marker' && !geometry)
    return `“${labelType}” is a ${category} and needs a geometry`;
  return null;
}
