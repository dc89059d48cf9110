import { type Word, type WordRole, wordsOf } from './header-words';
import { foldAccents } from './months';

export type PriceRole = 'open' | 'high' | 'low' | 'close';
export const PRICE_ROLES: PriceRole[] = ['open', 'high', 'low', 'close'];

/** What a header's name says of its column. */
export type ColumnName = {
  words: Word[];
  /** What is left of it beside the word: `bid`, `spy`, `adj`; empty for a plain one. */
  qualifier: string;
};

const NONE: ColumnName = { words: [], qualifier: '' };
/** Beside the word of a price they make it another number. */
const OTHERS =
  /^(prev|previous|prior|yesterday|vortag|change|changes|chg|var|variation|pct|percent|diff|avg|average|mean|vwap|twap|ma|sma|ema|wma|std|interest|limit|time|date|52w|52wk|week|wk|high52|band|bb|rsi|signal|position|ratio|return|returns|ret|log|norm|scaled|target|label|pred|predicted|lag|lagged|next|count|trades|number|num|no|昨|涨跌|dividend|split|splits|deliverable|delivery)$/;
const PRICE =
  /^(price|prices|px|prc|rate|value|kurs|preis|prix|precio|preco|prezzo|cena|цена|fiyat)$/;
/** Beside it they add nothing. */
const NEUTRAL = /^(day|daily|todays|today|the|of|in|traded|market|session|regular)$/;
const SIDES = /^(bid|ask|mid)$/;
const ONE_WORD =
  /^(bid|ask|mid|adj|price|px)?(open|high|low|close)(price|px|prc|bid|ask|mid|adj)?$/;
const LETTERS: Record<string, WordRole> = {
  o: 'open',
  h: 'high',
  l: 'low',
  c: 'close',
  v: 'volume',
};

/** Reads a name by the table of words, then by what it is made of: `mid_o`, `SPY open`, `price_close`. */
export function readName(name: string): ColumnName {
  const bare = name.replace(/^\s*\d+[a-z]?\.\s+/i, '').trim();
  const words = wordsOf(bare);
  if (words.length > 0) return { words, qualifier: '' };
  const tokens = tokensOf(bare);
  const time = timeOf(tokens);
  if (time) return { words: [time], qualifier: '' };
  if (tokens.some((token) => OTHERS.test(token))) return NONE;
  return pairOf(tokens) ?? NONE;
}

/** A name that says of nothing known that it is it, or another number. */
export function isUnknownName(name: string): boolean {
  const tokens = tokensOf(name);
  return (
    tokens.length > 0 &&
    readName(name).words.length === 0 &&
    !tokens.some((token) => OTHERS.test(token))
  );
}

/** `BidOpen`, `price_open` and `SPY.Open` as words in lower case. */
const tokensOf = (name: string) =>
  foldAccents(name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2'))
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .flatMap((token) => {
      const [, before, word, after] = ONE_WORD.exec(token) ?? [];
      return word ? [before, word, after].filter((part) => part !== undefined) : [token];
    });

/** `Date (UTC)`, `open_time_ms`, `Expiry Date`. */
function timeOf(tokens: string[]): Word | null {
  const has = (...words: string[]) => words.some((word) => tokens.includes(word));
  if (has('expiry', 'expiration', 'maturity', 'delivery', 'updated', 'created', 'listing')) {
    return null;
  }
  const isTime = has('time', 'timestamp', 'datetime', 'epoch');
  const isDate = has('date', 'datum', 'fecha', 'data', 'дата', '日期');
  // When a candle's high was is no time of the candle.
  if ((!isTime && !isDate) || has('high', 'low')) return null;
  if (has('close', 'end', 'closing', 'ending')) return { role: 'end-time', rank: 0 };
  if (has('open', 'start', 'begin')) return { role: 'time', rank: -2 };
  // Beside a time of another zone it is the one that needs no zone.
  const rank = has('utc', 'gmt') ? -1 : 50;
  if (isDate && !isTime) return { role: 'date', rank };
  return { role: 'time', rank };
}

/** One or two tokens that are a word, and a qualifier of the others. */
function pairOf(tokens: string[]): ColumnName | null {
  // `price` alone is a close, and beside another word nothing: price_open.
  const telling = tokens.filter((token) => !PRICE.test(token));
  if (telling.length > 0 && telling.length < tokens.length) {
    const found = pairOf(telling);
    if (found) return found;
  }
  for (const length of [2, 1]) {
    for (let at = 0; at + length <= tokens.length; at++) {
      const word = tokens.slice(at, at + length).join('');
      const rest = tokens
        .toSpliced(at, length)
        .filter((token) => !(NEUTRAL.test(token) || PRICE.test(token)));
      const found = wordsOf(word).filter(({ role }) => isValue(role));
      const isLetter = word.length === 1 && /[a-z]/.test(word);
      if (isLetter) {
        const isSide = rest.length === 1 && SIDES.test(rest[0]!);
        const role = LETTERS[word];
        if (role && isSide) return { words: [{ role, rank: 0 }], qualifier: rest[0]! };
        continue;
      }
      if (found.length > 0) return { words: found, qualifier: rest.join(' ') };
    }
  }
  return null;
}

const isValue = (role: WordRole) => role === 'volume' || PRICE_ROLES.includes(role as PriceRole);
