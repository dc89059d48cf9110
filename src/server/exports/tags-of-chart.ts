import { MAX_DIFF } from '@/contract/common';
import type { LabelsImported } from '@/contract/exports';
import type { Span } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import type { ChartScope } from '../scope';
import { applySpans } from '../spans/data';
import type { TaggedPage } from './formats';
import { isoTime } from './iso-time';
import { Queue } from './labelled-candles';
import { findLeftOut, spanPages } from './labels/data';
import { countOffCandles } from './off-candles';
import type { FileSpan } from './records';
import { shapeOf } from './row-identity';
import { Tagger } from './tags';

/** Candles that have one tag, and the span or spans on the chart that they have it from. */
type Shown = { label: string; startTime: UtcSeconds; endTime: UtcSeconds; owners: Set<Span> };
type Pair = { run: FileSpan; shown: Shown };

/**
 * Compares the tags of a file with those that the chart's own spans would have on the same candles:
 * what is the same stays, a span whose tags were moved is moved, and the others are new.
 */
export class TagsOfChart {
  readonly #spans: Queue<Span>;
  readonly #tagger = new Tagger<Span>();
  readonly #runs: FileSpan[] = [];
  readonly #shown: Shown[] = [];
  #open: Shown | null = null;
  #from: UtcSeconds | null = null;
  #to: UtcSeconds = 0;

  constructor(
    readonly tx: Tx,
    readonly scope: ChartScope,
    readonly target: LabelsImported,
  ) {
    this.#spans = new Queue(spanPages(tx, scope), ({ startTime }) => startTime);
  }

  async take({ times, runs, isPlain, unbegun }: TaggedPage) {
    for (const run of runs) this.#runs.push(run);
    await this.#requireEvery(unbegun);
    const last = times.at(-1);
    if (last === undefined) return;
    this.#from ??= times[0]!;
    this.#to = last;
    await this.#spans.fill(last);
    for (const time of times) {
      const { owner, isFirst } = this.#tagger.ownerOf(time, this.#spans.take(time));
      const goesOn = owner && this.#open?.label === owner.label && (!isFirst || isPlain);
      if (goesOn) {
        this.#open!.endTime = time;
        this.#open!.owners.add(owner);
      } else {
        this.#open = owner
          ? { label: owner.label, startTime: time, endTime: time, owners: new Set([owner]) }
          : null;
        if (this.#open) this.#shown.push(this.#open);
      }
    }
  }

  /** Tags without a beginning in rows between which candles are left out may be one span or several. */
  async #requireEvery(unbegun: TaggedPage['unbegun']) {
    const ranges = unbegun.map(({ run, rows }) => ({ ...run, rows }));
    const place = await findLeftOut(this.tx, this.scope, ranges);
    if (place === undefined) return;
    const { where, label, startTime, endTime } = unbegun[place]!.run;
    throw new AppError(
      'BAD_REQUEST',
      `${where}: “${label}” goes on from ${isoTime(startTime)} to ${isoTime(endTime)}, and the file leaves out candles of “${this.target.chartName}” between. Write a row for each candle, with O for none, or B-${label} where a span begins and I-${label} where it goes on. Nothing was saved.`,
    );
  }

  /**
   * Moves the spans whose tags were moved, and answers the runs that are new. When they `replace`
   * what is there, spans that have no tag any more are removed, and one of the same candles gets
   * the label that they have now.
   */
  async finish(replace: boolean): Promise<FileSpan[]> {
    const inFile = new Set(this.#runs.map(shapeOf));
    const there = new Set(this.#shown.map(shapeOf));
    const gone = this.#shown.filter((shown) => !inFile.has(shapeOf(shown)));
    const added = this.#runs.filter((run) => !there.has(shapeOf(run)));
    this.target.unchanged += this.#runs.length - added.length;
    const moved = pairs(added, gone).filter(
      ({ run, shown }) =>
        run.label === shown.label ||
        (replace && shapeOf({ ...run, label: shown.label }) === shapeOf(shown)),
    );
    const alone = this.#alone(moved);
    const updated = alone.map(({ run, shown, owner }) => movedSpan(owner, run, shown));
    const done = new Set(alone.map(({ run }) => run));
    const isMoved = new Set(alone.map(({ owner }) => owner));
    const deleted = replace ? this.#withoutTags(gone).filter((span) => !isMoved.has(span)) : [];
    await this.#apply(updated, deleted);
    return added.filter((run) => !done.has(run));
  }

  /** Those of which a run of the file, one of the chart and one span belong to nothing else. */
  #alone(found: Pair[]): (Pair & { owner: Span })[] {
    const runs = countOf(found.map(({ run }) => run));
    const shownOf = countOf(found.map(({ shown }) => shown));
    const parts = countOf(this.#shown.flatMap(({ owners }) => [...owners]));
    return found.flatMap((pair) => {
      const [owner, ...others] = pair.shown.owners;
      const isAlone =
        others.length === 0 && runs.get(pair.run) === 1 && shownOf.get(pair.shown) === 1;
      return owner && isAlone && parts.get(owner) === 1 ? [{ ...pair, owner }] : [];
    });
  }

  /** Spans that lie in the range of the file and of whose tags nothing is left in it. */
  #withoutTags(gone: Shown[]): Span[] {
    const isGone = new Set(gone);
    const left = new Set(
      this.#shown.filter((shown) => !isGone.has(shown)).flatMap(({ owners }) => [...owners]),
    );
    const spans = new Set(gone.flatMap(({ owners }) => [...owners]));
    const isWithin = ({ startTime, endTime }: Span) =>
      startTime >= (this.#from ?? 0) && endTime <= this.#to;
    return [...spans].filter((span) => isWithin(span) && !left.has(span));
  }

  async #apply(updated: Span[], deleted: Span[]) {
    for (let at = 0; at < Math.max(updated.length, deleted.length); at += MAX_DIFF) {
      await applySpans(this.tx, this.scope, {
        created: [],
        updated: updated.slice(at, at + MAX_DIFF),
        deleted: deleted.slice(at, at + MAX_DIFF).map(({ uid, rev }) => ({ uid, rev })),
      });
    }
    await countOffCandles(this.tx, this.scope, this.target, updated);
    this.target.changed += updated.length;
    this.target.removed += deleted.length;
  }
}

function countOf<Key>(keys: Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What was not moved stays where the span has it, as the file may hold a part of it only. */
const movedSpan = (span: Span, run: FileSpan, shown: Shown): Span => ({
  ...span,
  label: run.label,
  startTime: run.startTime === shown.startTime ? span.startTime : run.startTime,
  endTime: run.endTime === shown.endTime ? span.endTime : run.endTime,
});

/** Those that share a candle; each list is in order of time and without overlaps. */
function pairs(runs: FileSpan[], shown: Shown[]): Pair[] {
  const found: Pair[] = [];
  let from = 0;
  for (const run of runs) {
    while (from < shown.length && shown[from]!.endTime < run.startTime) from++;
    for (let at = from; at < shown.length && shown[at]!.startTime <= run.endTime; at++) {
      found.push({ run, shown: shown[at]! });
    }
  }
  return found;
}
