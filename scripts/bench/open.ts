import type { Browser } from '@playwright/test';
import { inBrowser, openWindow } from './setup/browser';
import { compare, count, sizeOf } from './setup/compare';
import { type BenchEnvironment, type Web, withBenchEnvironment } from './setup/environment';
import { makeChart } from './setup/make-chart';

export const run = () => withBenchEnvironment(measure);

/** From the address to drawn candles in a browser that has nothing kept, against a short chart. */
export async function measure(environment: BenchEnvironment): Promise<void> {
  const long = await makeChart(environment, sizeOf('BENCH_ROWS', 1_000_000));
  const short = await makeChart(environment, sizeOf('BENCH_SHORT_ROWS', 2_000));
  const web = await environment.openWeb();
  await inBrowser(async (browser) => {
    const contender = ({ id, candles }: typeof long) => ({
      name: `${count(candles)} candles`,
      run: () => openChart(browser, web, id),
    });
    await compare({
      what: 'a chart opened',
      ours: [contender(long)],
      baseline: contender(short),
      rounds: sizeOf('BENCH_ROUNDS', 30),
      atMost: 1.3,
      judged: 'p50',
    });
  });
}

async function openChart(browser: Browser, web: Web, id: number): Promise<number> {
  const page = await openWindow(browser, web);
  await page.goto(`${web.url}/charts/${id}`, { waitUntil: 'commit' });
  // The legend reads its values off the candles that are drawn.
  await page.getByTestId('legend').getByText('Vol').waitFor();
  const ms = await page.evaluate(() => performance.now());
  await page.context().close();
  return ms;
}
