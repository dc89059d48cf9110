import { wordsOf } from './header-words';

/** Encodings of texts that are no UTF-8, the strictest first: each is tried on the first bytes. */
const LEGACY = [
  ...(['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gb18030'] as const),
  ...(['windows-1252', 'windows-1250', 'windows-1251', 'windows-1254'] as const),
];
const BYTE_ORDER_MARKS: [encoding: string, bytes: number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** How the text that begins with `head` is encoded. */
export function encodingOf(head: Uint8Array): string {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => head[i] === byte));
  if (marked) return marked[0];
  const utf16 = utf16Of(head);
  if (utf16) return utf16;
  if (decode(head, 'utf-8') !== null) return 'utf-8';
  const texts = LEGACY.flatMap((encoding) => {
    const text = decode(head, encoding);
    return text === null ? [] : [{ encoding, words: knownWords(text) }];
  });
  const [best] = texts.sort((a, b) => b.words - a.words);
  return best && best.words > 0 ? best.encoding : 'windows-1252';
}

/** Without a mark: every other byte of ASCII text is zero. */
function utf16Of(head: Uint8Array): string | null {
  let [even, odd] = [0, 0];
  for (const [i, byte] of head.entries()) {
    if (byte === 0 && i % 2 === 0) even++;
    if (byte === 0 && i % 2 === 1) odd++;
  }
  const half = head.length / 2;
  if (odd > half * 0.5 && even === 0) return 'utf-16le';
  return even > half * 0.5 && odd === 0 ? 'utf-16be' : null;
}

/** Null for bytes that the encoding has not; the last character may go on behind them. */
function decode(head: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** Names of columns that are words of the table and have letters beyond ASCII. */
const knownWords = (text: string) =>
  text
    .split(/[\r\n]+/)
    .slice(0, 10)
    .flatMap((line) => line.split(/[,;\t|]/))
    .filter((cell) => /[^ -~]/.test(cell) && wordsOf(cell.replaceAll('"', '')).length > 0).length;
