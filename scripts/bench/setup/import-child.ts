import { importFile } from '@/server/candles/import/import-file';

/** Imports one file in a process of its own and tells how long that took and how much memory. */
const [url = '', path = ''] = process.argv.slice(2);
const started = performance.now();
const done = await importFile({ url, path });
if (done.type !== 'done') throw new Error(JSON.stringify(done));
const { candles } = done;
const seconds = (performance.now() - started) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ candles, seconds, peakMb }));
