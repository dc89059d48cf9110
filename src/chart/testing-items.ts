import type { Kind } from '@/editor/kinds/kinds';
import { byUid } from '@/editor/versioned-map';
import type { OverlayItem } from './kinds/kinds';
import type { OverlayItems } from './overlay';

export type GivenItems = { [K in Kind]?: OverlayItem<K>[] };

/** As an overlay has them. */
export const itemsOf = (given: GivenItems) =>
  Object.fromEntries(
    Object.entries(given).map(([kind, items]) => [kind, byUid<{ uid: string }>(items)]),
  ) as Partial<OverlayItems>;
