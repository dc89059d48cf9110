import type { Kind, Target } from '@/editor/kinds/kinds';
import type { VersionedMap } from '@/editor/versioned-map';
import type { ChartKind } from './kind';
import { level } from './level';
import { line } from './line';
import { marker } from './marker';
import { prediction } from './prediction';
import { rectangle } from './rectangle';
import { span } from './span';

/** In the order in which they are drawn. */
export const CHART_KINDS = { span, prediction, rectangle, level, line, marker } satisfies Record<
  Kind,
  ChartKind
>;

/** What the chart draws of a kind's record. */
export type OverlayItem<K extends Kind> =
  Parameters<(typeof CHART_KINDS)[K]['index']>[0] extends VersionedMap<infer Item> ? Item : never;

/** The CSS cursor over what lies under the pointer; '' for the chart's own. */
export function cursorOver({ kind, part }: Target): string {
  const { cursors }: ChartKind = CHART_KINDS[kind];
  return cursors[part] ?? '';
}
