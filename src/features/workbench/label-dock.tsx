'use client';

import { clsx } from 'clsx';
import { Search, Sparkles } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { LabelMenu } from '../labels/label-menu';
import { reviewQueue } from '../models/review-queue';
import { keyText } from '../session/command';
import { useCommand } from '../session/command-context';
import { chooseLabel } from '../session/commands';
import type { KeyedLabel } from '../session/label-keys';
import { useRecords, useSession, useView } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';

/** Key, colour and edges of a chip; what is left of a name at least, and is shown of it at most. */
const CHIP_PX = 58;
const CUT_NAME_PX = 77;
const LONGEST_NAME_PX = 160;
const COUNT_PX = 40;
const GAP_PX = 6;
/** What stands beside the chips: the way to all labels, and what waits for review. */
const BESIDE_PX = 94;
const REVIEW_PX = 140;
const NARROW_REVIEW_PX = 80;
/** Below it what waits for review is a number alone. */
const NARROW_PX = 400;

export function LabelDock() {
  const { labels } = useSession();
  const review = useCommand('review.next');
  const find = useCommand('label.find');
  const records = useRecords();
  const minScore = useView((state) => state.minScore);
  const open = useMemo(() => reviewQueue(records, minScore).length, [records, minScore]);
  const active = labels.filter(({ isActive }) => isActive);
  const dock = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(dock);
  const chosen = useView((state) => state.activeLabel);
  const isNarrow = widthPx < NARROW_PX;
  const keyed = dockLabels(active, chosen);
  const roomPx = widthPx - BESIDE_PX - (open > 0 ? (isNarrow ? NARROW_REVIEW_PX : REVIEW_PX) : 0);
  const textWidth = useTextWidth(dock);
  const chips = widthPx > 0 ? thoseThatFit(keyed, chosen, roomPx, textWidth) : keyed;
  const others = active.length - chips.length;
  // Names come before counts.
  const wholePx = chips.reduce((sum, { displayName }) => sum + textWidth(displayName), 0);
  const isRoomy = wholePx + chips.length * (CHIP_PX + GAP_PX + COUNT_PX) <= roomPx;
  const namePx = nameWidth(chips, roomPx, textWidth);
  return (
    <div
      ref={dock}
      className="flex h-10 shrink-0 items-center gap-2 border-line border-t bg-panel px-2.5"
    >
      <div className="flex min-w-0 gap-1.5">
        {chips.map((label) => (
          <Chip key={label.name} label={label} isRoomy={isRoomy} namePx={namePx} />
        ))}
      </div>
      <LabelMenu>
        <button
          type="button"
          aria-label={others > 0 ? `Find a label, ${others} more` : 'Find a label'}
          onClick={find.run}
          className="flex h-[26px] shrink-0 items-center gap-1.5 rounded-full border border-line bg-raised px-2 text-muted hover:border-faint hover:text-text"
        >
          <Search size={13} /> <Kbd>{find.shortcut}</Kbd>
          {others > 0 && <span className="tabular-nums">+{formatCount(others)}</span>}
        </button>
      </LabelMenu>
      <span className="flex-1" />
      {open > 0 && (
        <button
          type="button"
          onClick={review.run}
          aria-label={`${formatCount(open)} to review`}
          className="flex shrink-0 items-center gap-1.5 text-muted hover:text-text"
        >
          <Sparkles size={16} /> {formatCount(open)} {isNarrow ? '' : 'to review'}{' '}
          <Kbd>{review.shortcut}</Kbd>
        </button>
      )}
    </div>
  );
}

/** Those with digits in the keyboard's order, and behind them the chosen one, whatever its key: it is what the next span gets. */
export function dockLabels<Label extends { name: string; key: string | null }>(
  labels: readonly Label[],
  chosen: string | null,
): Label[] {
  const isDigit = ({ key }: Label) => key?.length === 1;
  return [
    ...labels.filter(isDigit).sort((a, b) => placeOf(a) - placeOf(b)),
    ...labels.filter((label) => label.name === chosen && !isDigit(label)),
  ];
}

/** Of the labels with keys the first whose names can be read in so many pixels, and the chosen one. */
export function thoseThatFit<Label extends { name: string; displayName: string }>(
  labels: readonly Label[],
  chosen: string | null,
  roomPx: number,
  textWidth: (text: string) => number,
): Label[] {
  const widthOf = ({ displayName }: Label) =>
    CHIP_PX + GAP_PX + Math.min(textWidth(displayName), CUT_NAME_PX);
  const kept = labels.find(({ name }) => name === chosen);
  let leftPx = roomPx - (kept ? widthOf(kept) : 0);
  const fits = (label: Label) => {
    if (label === kept) return true;
    leftPx -= widthOf(label);
    return leftPx >= 0;
  };
  return labels.filter(fits);
}

/** CSS pixels that each name may take: the longest are cut, to one length, before any that is shorter. */
export function nameWidth(
  labels: readonly { displayName: string }[],
  roomPx: number,
  textWidth: (text: string) => number,
): number {
  const widths = labels.map(({ displayName }) => textWidth(displayName)).sort((a, b) => a - b);
  let leftPx = roomPx - labels.length * (CHIP_PX + GAP_PX);
  for (const [at, width] of widths.entries()) {
    const share = leftPx / (labels.length - at);
    if (width > share) return Math.min(LONGEST_NAME_PX, share);
    leftPx -= width;
  }
  return LONGEST_NAME_PX;
}

/** CSS pixels; 0 until it is measured. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}

/** How wide a text is in the element's font, in CSS pixels; 0 until the element is there. */
function useTextWidth(element: RefObject<HTMLElement | null>): (text: string) => number {
  const measure = useRef<((text: string) => number) | null>(null);
  return (text) => {
    if (!element.current) return 0;
    if (!measure.current) {
      // The shorthand is empty where a font has features set.
      const { fontWeight, fontSize, fontFamily } = getComputedStyle(element.current);
      measure.current = measureIn(`${fontWeight} ${fontSize} ${fontFamily}`);
    }
    return measure.current(text);
  };
}

function measureIn(font: string): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) throw new Error('This browser draws no text.');
  context.font = font;
  return (text) => Math.ceil(context.measureText(text).width);
}

/** As on the keyboard: 0 is the last. */
const placeOf = ({ key }: Pick<KeyedLabel, 'key'>) => Number(key) || 10;

function Chip(props: { label: KeyedLabel; isRoomy: boolean; namePx: number }) {
  const { label, isRoomy, namePx } = props;
  const session = useSession();
  const isActive = useView((state) => state.activeLabel === label.name);
  const counts = useLabelCounts();
  return (
    <button
      type="button"
      aria-pressed={isActive}
      title={label.displayName}
      onClick={() => chooseLabel(session, label.name)}
      className={clsx(
        'flex h-[26px] min-w-0 items-center gap-1.5 rounded-full border px-1.5 pr-2.5',
        isActive
          ? 'border-accent bg-accent-bg text-accent'
          : 'border-line bg-raised text-text hover:border-faint',
      )}
    >
      {label.key && <Kbd>{keyText(label.key)}</Kbd>}
      <span className="size-2.5 shrink-0 rounded-[3px]" style={{ background: label.color }} />
      <span className="min-w-0 truncate" style={{ maxWidth: namePx }}>
        {label.displayName}
      </span>
      <span className={clsx('text-muted tabular-nums', !isRoomy && 'hidden')}>
        {formatCount(counts.get(label.name) ?? 0)}
      </span>
    </button>
  );
}
