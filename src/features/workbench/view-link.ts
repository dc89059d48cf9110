import { z } from 'zod';
import { INDICATOR_IDS, type IndicatorId } from '@/chart/indicators/catalogue';
import type { ViewRange } from '@/chart/types';
import type { UtcSeconds } from '@/contract/units';
import { PREDICTION_UID } from '@/editor/kinds/prediction';
import type { PanelTab, ViewState } from '../session/view-state';

/** What of a chart's view an address says, so that it can be kept, sent and gone back to. */
export type ViewLink = {
  timeframe: number | null;
  logScale: boolean;
  indicators: readonly IndicatorId[];
  selected: string | null;
  /** Null while the panel is closed. */
  panel: PanelTab | null;
  /** `to` is null where the newest bar is in view. */
  range: { from: UtcSeconds; to: UtcSeconds | null } | null;
};

const TABS = ['spans', 'markers', 'models', 'labels'] as const satisfies readonly PanelTab[];
const time = z
  .string()
  .transform((text) => Date.parse(text.includes('T') ? text : `${text}T00:00:00Z`) / 1000)
  .pipe(z.number());

/** An address may be typed by hand: what it says wrongly is left out. */
const link = z.object({
  timeframe: z.coerce.number().positive().nullable().catch(null),
  log: z.literal('1').nullable().catch(null),
  indicators: z.string().nullable().catch(null),
  selected: z
    .union([z.uuid(), z.string().regex(PREDICTION_UID)])
    .nullable()
    .catch(null),
  panel: z.enum([...TABS, 'closed']).catch('spans'),
  from: time.nullable().catch(null),
  to: time.nullable().catch(null),
});

export function readLink(search: string): ViewLink {
  const given = new URLSearchParams(search);
  const read = link.parse(
    Object.fromEntries(Object.keys(link.shape).map((name) => [name, given.get(name)])),
  );
  const isForward = read.from !== null && (read.to === null || read.to > read.from);
  return {
    timeframe: read.timeframe,
    logScale: read.log !== null,
    indicators: INDICATOR_IDS.filter((id) => read.indicators?.split(',').includes(id)),
    selected: read.selected,
    panel: read.panel === 'closed' ? null : read.panel,
    range: read.from !== null && isForward ? { from: read.from, to: read.to } : null,
  };
}

/** The part of an address after its path, such as `?from=2019-01-02&to=2020-01-02`; '' where nothing is out of the ordinary. */
export function writeLink({
  timeframe,
  logScale,
  indicators,
  selected,
  panel,
  range,
}: ViewLink): string {
  const said = {
    timeframe: timeframe === null ? null : String(timeframe),
    log: logScale ? '1' : null,
    indicators: indicators.length > 0 ? indicators.join() : null,
    selected,
    panel: panel === 'spans' ? null : (panel ?? 'closed'),
    from: range && timeText(range.from),
    to: range?.to == null ? null : timeText(range.to),
  };
  const parts = Object.entries(said).filter((part): part is [string, string] => part[1] !== null);
  // Colons are as good in a query as escaped, and people read these.
  const text = new URLSearchParams(parts).toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text && `?${text}`;
}

export function linkOf(state: ViewState, range: ViewRange | null): ViewLink {
  const { timeframe, logScale, indicators, selected, panelOpen, tab } = state;
  return {
    timeframe,
    logScale,
    indicators,
    selected,
    panel: panelOpen ? tab : null,
    range: range && { from: range.from, to: range.toBar >= range.bars ? null : range.to },
  };
}

/** Whether one goes from one to the other in a step that one may want to take back. */
export function isStep(from: ViewLink, to: ViewLink): boolean {
  if (from.timeframe !== to.timeframe || from.logScale !== to.logScale) return true;
  const [before, after] = [from.range, to.range];
  if (!before || !after) return false;
  const end = (range: typeof before) => range.to ?? Number.POSITIVE_INFINITY;
  return after.from >= end(before) || before.from >= end(after);
}

const timeText = (seconds: UtcSeconds) =>
  new Date(Math.round(seconds * 1000))
    .toISOString()
    .replace(/\.000Z$/, 'Z')
    .replace(/T00:00:00Z$/, '');
