import { exportFormat } from '@/contract/exports';
import { connect } from '@/lib/db';
import { exportCharts } from '@/server/exports/export-charts';
import { LOCAL_SCOPE } from '@/server/scope';

/** Exports one chart to nowhere in a process of its own and tells how long and how much memory that took. */
const [url = '', chartId = '', format = ''] = process.argv.slice(2);
const { db, close } = connect(url);
const started = performance.now();
const input = {
  format: exportFormat.parse(format),
  chartIds: [Number(chartId)],
  context: 20,
  zone: 'UTC',
};
let bytes = 0;
for await (const { data } of exportCharts(db, LOCAL_SCOPE, input)) bytes += data.length;
const seconds = (performance.now() - started) / 1000;
await close();
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ bytes, seconds, peakMb }));
