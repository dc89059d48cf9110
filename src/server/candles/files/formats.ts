import type { Mapping } from '@/contract/uploads';

type Layout = { mapping: Mapping; header: string[] | null; preamble: string[] };

/** What a file looks like, for people; it decides nothing. */
export function vendorOf({ mapping, header, preamble }: Layout): string {
  const { columns, timeFormat, delimiter } = mapping;
  const unix = timeFormat.startsWith('unix');
  if (!header) {
    if (unix && columns.length === 12) return 'Binance klines';
    if (delimiter === ';' && timeFormat === 'yyyymmdd') return 'HistData (its zone: Etc/GMT+5)';
    if (timeFormat === 'ymd' && columns.includes('time-of-day')) return 'MetaTrader 4';
    return 'Table without a header';
  }
  const names = header.map((name) => name.toLowerCase().trim());
  const has = (...wanted: string[]) => wanted.every((name) => names.includes(name));
  if (preamble.some((line) => /cryptodatadownload/i.test(line))) return 'CryptoDataDownload';
  if (has('adj close')) return 'Yahoo Finance';
  if (has('<open>', '<close>')) return 'MetaTrader 5';
  if (has('gmt time') || has('local time')) return 'Dukascopy';
  if (has('change') && (has('last') || has('latest'))) return 'Barchart';
  if (names.slice(0, 5).join() === 'time,low,high,open,close') return 'Coinbase';
  const first = header.slice(0, 5).join();
  if (first === 'timestamp,open,high,low,close' && !unix) return 'Alpha Vantage';
  if (first === 'time,open,high,low,close' && header.includes('Volume')) return 'TradingView';
  return 'Table with a header';
}
