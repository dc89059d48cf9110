import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { saved } from './support/chart';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const SPANS = 50;
/** Fewer, as each takes more keys: 20 say it to a tenth of a key. All 50 by HANDS_SPANS=50. */
const JITTERED = Number(process.env.HANDS_SPANS ?? 20);

type Day = { date: string; high: number; low: number };

test('successive legs of a zig-zag take at most two keys each, and every edge is exact', async ({
  page,
  app,
}) => {
  test.slow();
  const days = await readDays();
  const turns = zigZag(days, 0.05).slice(10, 10 + SPANS + 1);
  const id = await openSample(page, app.url, days);
  const hands = await handsOn(page, app.url, days, { id, turns, first: turns[0]!, inView: 385 });
  hands.count = 0;
  await hands.press('Shift+S');
  for (const [at, turn] of turns.slice(1).entries()) {
    await hands.moveTo(turn);
    await hands.press(String((at % 2) + 1));
    await hands.segmentEnded(turn);
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
  expect(hands.count / SPANS).toBeLessThanOrEqual(2);
});

test('double bottoms with edges on turns take at most four keys each', async ({ page, app }) => {
  test.slow();
  const days = await readDays();
  const turns = zigZag(days, 0.02);
  const bottoms = doubleBottoms(days, turns).slice(0, SPANS);
  expect(bottoms).toHaveLength(SPANS);
  const id = await openSample(page, app.url, days);
  const hands = await handsOn(page, app.url, days, {
    id,
    turns,
    first: bottoms[0]![0],
    inView: 75,
  });
  hands.count = 0;
  for (const [at, [start, end]] of bottoms.entries()) {
    if (at === 0) {
      await hands.press('s');
      await hands.moveTo(end);
      await hands.press('1');
      continue;
    }
    await hands.moveTo(start);
    await hands.press('a');
    // The end of what is drawn is the one that the arrows move.
    for (let by = end - (await hands.movedFrom(start)); by !== 0; by -= Math.sign(by)) {
      await hands.press(by > 0 ? 'ArrowRight' : 'ArrowLeft');
    }
  }
  await saved(page);
  const stored = await storedSpans(app.databaseUrl, id);
  expect(stored.map(({ start, end }) => [start, end])).toEqual(
    bottoms.map((edges) => edges.map((bar) => days[bar]!.date)),
  );
  console.log(`double bottoms: ${(hands.count / SPANS).toFixed(2)} keys a span (n = ${SPANS})`);
  expect(hands.count / SPANS).toBeLessThanOrEqual(4);
});

test('double bottoms whose edges lie beside turns take at most six and a half keys each', async ({
  page,
  app,
}) => {
  test.setTimeout(240_000);
  const days = await readDays();
  const turns = zigZag(days, 0.02);
  const bottoms = doubleBottoms(days, turns).slice(0, JITTERED);
  expect(bottoms).toHaveLength(JITTERED);
  // Each edge by anything up to a tenth of the length, to either side, ever the same ones.
  const off = (seed: number, length: number) =>
    Math.round(0.2 * length * (((seed * 16_807) % 101) / 100 - 0.5));
  const wanted = bottoms.map(([start, end], at): [number, number] => [
    start + off(2 * at + 1, end - start),
    end + off(2 * at + 2, end - start),
  ]);
  const id = await openSample(page, app.url, days);
  const first = wanted[0]![0];
  const hands = await handsOn(page, app.url, days, { id, turns, first, inView: 75 });
  hands.count = 0;
  for (const [at, [start, end]] of wanted.entries()) {
    if (at === 0) {
      await hands.press('s');
      await hands.moveTo(end);
      await hands.press('1');
      continue;
    }
    await hands.moveTo(start, bottoms[at]![0]);
    await hands.press('a');
    await hands.stepBy(end - (await hands.movedFrom(start)));
  }
  await saved(page);
  const stored = await storedSpans(app.databaseUrl, id);
  expect(stored.map(({ start, end }) => [start, end])).toEqual(
    wanted.map((edges) => edges.map((bar) => days[bar]!.date)),
  );
  console.log(
    `double bottoms beside turns: ${(hands.count / JITTERED).toFixed(2)} keys a span (n = ${JITTERED})`,
  );
  expect(hands.count / JITTERED).toBeLessThanOrEqual(6.5);
});

/** A person who has chosen a zoom at which the turns that matter show, looks where the cursor is, and counts the keys. */
async function handsOn(
  page: Page,
  url: string,
  days: Day[],
  { id, turns, first, inView }: { id: number; turns: number[]; first: number; inView: number },
) {
  const start = Math.max(0, first - Math.round(inView / 2));
  const from = days[start]!.date;
  const to = days[start + inView]!.date;
  await page.goto(`${url}/charts/${id}?from=${from}&to=${to}`);
  await expect(page.getByTestId('legend')).toContainText('Vol');
  await page.mouse.move(0, 0);
  const cursor = page.getByText(/^Cursor \d{4}-\d\d-\d\d$/);
  const bars = new Map(days.map(({ date }, bar) => [date, bar]));
  const edge = page.getByText(/^Arrows move the end/);
  const turnsBetween = (after: number, until: number) =>
    turns.filter((turn) => turn > after && turn <= until).length;
  const hands = {
    count: 0,
    async press(key: string) {
      hands.count++;
      await page.keyboard.press(key);
    },
    async at() {
      return bars.get((await cursor.innerText()).slice(7))!;
    },
    async movedFrom(before: number): Promise<number> {
      await expect.poll(hands.at, { intervals: [15, 30, 60] }).not.toBe(before);
      return await hands.at();
    },
    /** The next one has begun, and the cursor is where it may end. */
    async segmentEnded(turn: number) {
      await expect.poll(hands.at, { intervals: [15, 30, 60] }).toBeGreaterThan(turn + 1);
    },
    /** By so many bars, with the fewest keys; what they move need not be the cursor. */
    async stepBy(bars: number) {
      for (const key of keysFor(bars)) await hands.press(key);
    },
    /** By turns as far as they lead there, or to a turn beside it, and by bars for the rest. */
    async moveTo(target: number, turn = target) {
      let at = await hands.at();
      let isOnEdge = await edge.isVisible();
      const step = async (key: string) => {
        if (isOnEdge && !key.endsWith('Down')) await hands.press('Escape');
        isOnEdge = false;
        await hands.press(key);
        at = await hands.movedFrom(at);
      };
      while (turnsBetween(at, turn) > 0) {
        await step(turnsBetween(at, turn) > 1 ? 'Shift+ArrowDown' : 'ArrowDown');
      }
      for (const key of keysFor(target - at)) await step(key);
    },
  };
  await page.keyboard.press('Control+g');
  await page.keyboard.type(days[first]!.date);
  await page.keyboard.press('Enter');
  await expect(cursor).toHaveText(`Cursor ${days[first]!.date}`);
  return hands;
}

/** The fewest arrows that go so many bars: by ten, by three, by one. */
function keysFor(bars: number): string[] {
  const counts = [-3, -2, -1, 0, 1, 2, 3];
  const ways = counts.flatMap((threes) =>
    Array.from({ length: 12 }, (_, at) => {
      const tens = at * Math.sign(bars);
      return { tens, threes, ones: bars - 10 * tens - 3 * threes };
    }),
  );
  const length = ({ tens, threes, ones }: (typeof ways)[number]) =>
    Math.abs(tens) + Math.abs(threes) + Math.abs(ones);
  const [best] = ways.sort((a, b) => length(a) - length(b));
  const keys = (modifier: string, count = 0) =>
    Array.from(
      { length: Math.abs(count) },
      () => modifier + (count < 0 ? 'ArrowLeft' : 'ArrowRight'),
    );
  return [
    ...keys('Shift+', best?.tens),
    ...keys('Control+', best?.threes),
    ...keys('', best?.ones),
  ];
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
  await expect(button.or(picker).first()).toBeVisible();
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

/** From a high over two lows of like depth to the next high; none begins before another ends. */
function doubleBottoms(days: Day[], turns: number[]): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at + 4 < turns.length; at++) {
    const [start, low1, middle, low2, end] = turns.slice(at, at + 5).map((bar) => bar!);
    const isHigh = days[start!]!.high > days[low1!]!.high;
    const [first, second] = [days[low1!]!.low, days[low2!]!.low];
    const depth = Math.log(days[middle!]!.high / Math.min(first, second));
    const isDouble = Math.abs(Math.log(first / second)) < 0.3 * depth;
    if (!isHigh || !isDouble || start! < (found.at(-1)?.[1] ?? 0)) continue;
    found.push([start!, end!]);
  }
  return found;
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
