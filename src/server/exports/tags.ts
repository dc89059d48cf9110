import { NEGATIVE_LABEL } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import { AppError } from '../errors';

/** Of a candle that no span has. */
export const OUTSIDE = 'O';

type Tagged = { label: string; startTime: UtcSeconds; endTime: UtcSeconds };

/**
 * Tells each candle's BIO tag, candles and spans coming in the order of time: `B-` on a span's first
 * candle, `I-` on its others. Where spans overlap, the shorter one has the candle, and of two as
 * long the later one. A negative is no pattern and has none.
 */
export class Tagger<Span extends Tagged = Tagged> {
  #open: Span[] = [];

  /** `starting` are the spans that begin after the last candle and not after this one. */
  tag(time: UtcSeconds, starting: readonly Span[]): string {
    const { owner, isFirst } = this.ownerOf(time, starting);
    return owner ? `${isFirst ? 'B' : 'I'}-${owner.label}` : OUTSIDE;
  }

  /** As `tag`, the span itself. */
  ownerOf(
    time: UtcSeconds,
    starting: readonly Span[],
  ): { owner: Span | undefined; isFirst: boolean } {
    let owner: Span | undefined;
    let isFirst = false;
    if (this.#open.length === 0 && starting.length === 0) return { owner, isFirst };
    this.#open = this.#open.filter(({ endTime }) => endTime >= time);
    for (const span of this.#open) if (precedes(span, owner)) owner = span;
    for (const span of starting) {
      if (span.endTime < time || span.label === NEGATIVE_LABEL) continue;
      this.#open.push(span);
      if (!precedes(span, owner)) continue;
      owner = span;
      isFirst = true;
    }
    return { owner, isFirst };
  }
}

function precedes(span: Tagged, other: Tagged | undefined): boolean {
  if (!other) return true;
  const longer = span.endTime - span.startTime - (other.endTime - other.startTime);
  if (longer !== 0) return longer < 0;
  return span.startTime !== other.startTime
    ? span.startTime > other.startTime
    : span.label > other.label;
}

/** Where in its span a candle is; `named` where the tag is the label alone. */
type Part = 'begin' | 'inside' | 'end' | 'single' | 'named' | 'outside';

/** BIO, BIOES and BILOU. */
const PARTS: Record<string, Part> = {
  B: 'begin',
  I: 'inside',
  E: 'end',
  L: 'end',
  S: 'single',
  U: 'single',
};

/** Takes a tag apart. Throws a BAD_REQUEST that begins with `where` for one that is none. */
export function readTag(tag: string | null, where: () => string): { part: Part; label: string } {
  if (tag === null || tag === OUTSIDE) return { part: 'outside', label: '' };
  const [, prefix = '', label = ''] = /^([BIELSU])-(.+)$/s.exec(tag) ?? [];
  const part = PARTS[prefix];
  if (part) return { part, label };
  if (/\p{L}/u.test(tag)) return { part: 'named', label: tag };
  const tags = 'a tag such as B-…, I-…, E-…, S-… or O, nor the name of a label';
  throw new AppError('BAD_REQUEST', `${where()}: the label ${tag} is neither ${tags}.`);
}
