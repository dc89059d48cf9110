import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { saved } from './support/chart';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const SPANS = 50;

type Day = { date: string; high: number; low: number };

test('successive legs of a zig-zag take little more than two keys each, and every edge is exact', async ({
  page,
  app,
}) => {
  test.setTimeout(240_000);
  const days = await readDays();
  const turns = zigZag(days, 0.05).slice(10, 10 + SPANS + 1);
  const id = await openSample(page, app.url, days);
  const hands = await handsOn(page, app.url, days, { id, first: turns[0]!, inView: 385 });
  hands.count = 0;
  await hands.press('Shift+S');
  for (const [at, turn] of turns.slice(1).entries()) {
    await hands.moveTo(turn);
    await hands.press(String((at % 2) + 1));
  }
  await hands.press('Escape');
  await saved(page);
  const expected = turns.slice(1).map((turn, at) => ({
    // The next one begins at the bar behind.
    start: days[turns[at]! + (at === 0 ? 0 : 1)]!.date,
    end: days[turn]!.date,
    label: at % 2,
  }));
  const stored = await storedSpans(app.databaseUrl, id);
  expect(stored.map(({ start, end }) => ({ start, end }))).toEqual(
    expected.map(({ start, end }) => ({ start, end })),
  );
  expect(new Set(stored.map(({ label }) => label)).size).toBe(2);
  console.log(`legs: ${(hands.count / SPANS).toFixed(2)} keys a span (n = ${SPANS})`);
  // Two for a leg that ends at the next turn; where the page's turns are finer or coarser, some more.
  expect(hands.count / SPANS).toBeLessThanOrEqual(2.5);
});

/** A person who has chosen a zoom at which the turns that matter show, looks where the cursor is, and counts the keys. */
async function handsOn(
  page: Page,
  url: string,
  days: Day[],
  at: { id: number; first: number; inView: number },
) {
  const { id, first, inView } = at;
  const start = Math.max(0, first - Math.round(inView / 2));
  const from = days[start]!.date;
  const to = days[start + inView]!.date;
  await page.goto(`${url}/charts/${id}?from=${from}&to=${to}`);
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.mouse.move(0, 0);
  const cursor = page.getByText(/^Cursor \d{4}-\d\d-\d\d$/);
  const bars = new Map(days.map(({ date }, bar) => [date, bar]));
  const hands = {
    count: 0,
    async press(key: string) {
      hands.count++;
      await page.keyboard.press(key);
    },
    async at() {
      return bars.get((await cursor.innerText()).slice(7))!;
    },
    /** By turns as far as they lead there, and by bars for the rest. */
    async moveTo(target: number) {
      let at = await hands.at();
      while (at < target) {
        await hands.press('ArrowDown');
        at = await moved(at);
      }
      while (at > target) {
        const isFar = at - target >= 6;
        await hands.press(isFar ? 'Shift+ArrowLeft' : 'ArrowLeft');
        at = await moved(at);
      }
      while (at < target) {
        await hands.press('ArrowRight');
        at = await moved(at);
      }
    },
  };
  async function moved(before: number): Promise<number> {
    await expect.poll(hands.at, { intervals: [15, 30, 60] }).not.toBe(before);
    return await hands.at();
  }
  await page.keyboard.press('Control+g');
  await page.keyboard.type(days[first]!.date);
  await page.keyboard.press('Enter');
  await expect(cursor).toHaveText(`Cursor ${days[first]!.date}`);
  return hands;
}

async function readDays(): Promise<Day[]> {
  const [, ...rows] = (await readFile(SP500, 'utf8')).trim().split('\n');
  return rows.map((row) => {
    const [date = '', , high, low] = row.split(',');
    return { date, high: Number(high), low: Number(low) };
  });
}

async function openSample(page: Page, url: string, days: Day[]): Promise<number> {
  expect(days.length).toBeGreaterThan(5_000);
  const name = `hands ${randomUUID().slice(0, 8)}`;
  await page.goto(url);
  const button = page.getByRole('button', { name: 'Import candles or labels' });
  const picker = page.getByLabel('File', { exact: true });
  await expect(button.or(picker).first()).toBeVisible({ timeout: 20_000 });
  if (await button.isVisible()) await button.click();
  await picker.setInputFiles(SP500);
  await page.getByLabel('Chart name').fill(name);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('button', { name: 'Open the chart' }).click();
  await expect(page.getByTestId('legend')).toContainText(name);
  return Number(new URL(page.url()).pathname.split('/').at(-1));
}

/** Where prices turned by a share of themselves; by another way than the page's. */
function zigZag(days: Day[], share: number): number[] {
  const turns: number[] = [];
  let isRising = true;
  let extreme = 0;
  for (const [bar, { high, low }] of days.entries()) {
    const best = days[extreme]!;
    if (isRising ? high > best.high : low < best.low) extreme = bar;
    else if (isRising ? Math.log(best.high / low) >= share : Math.log(high / best.low) >= share) {
      turns.push(extreme);
      isRising = !isRising;
      extreme = bar;
    }
  }
  return turns.filter((bar) => bar > 0);
}

async function storedSpans(databaseUrl: string, chartId: number) {
  const sql = postgres(databaseUrl, { max: 1 });
  const rows = await sql<{ start: string; end: string; label: string }[]>`
    select (start_time at time zone 'UTC')::date::text as start,
      (end_time at time zone 'UTC')::date::text as end, label
    from span_annotations where chart_id = ${chartId} order by start_time`;
  await sql.end();
  return rows;
}
