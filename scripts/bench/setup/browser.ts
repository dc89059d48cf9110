import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from '../../runtime/chromium';
import { count } from './compare';
import type { Web } from './environment';

/** Wide enough that 2,000 bars have a pixel each. */
const VIEWPORT = { width: 2_560, height: 1_440 };

/** As src/chart has them: what a page opens with, and how far the wheel zooms. */
const PRICE_AXIS_PX = 62;
const NEWEST_BAR_PX = 5;
const MAX_WHEEL_PX = 240;
const ZOOM_PER_PX = 0.0014;

/** Runs `work` with a Chromium as the browser tests have it. */
export async function inBrowser(work: (browser: Browser) => Promise<void>): Promise<void> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: CHROMIUM_ARGS,
    ...(executablePath ? { executablePath } : {}),
  });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** A window of its own, with nothing in its cache; signed in to the web app, if one is named. */
export async function openWindow(browser: Browser, web?: Web): Promise<Page> {
  const signedIn = web && { extraHTTPHeaders: web.headers };
  const context = await browser.newContext({ viewport: VIEWPORT, ...signedIn });
  return await context.newPage();
}

/** The page of a chart once its candles are drawn and its spans are read. */
export async function openWorkbench(
  browser: Browser,
  web: Web,
  chartId: number,
  spans: number,
): Promise<Page> {
  const page = await openWindow(browser, web);
  await page.goto(`${web.url}/charts/${chartId}`);
  await page.getByTestId('legend').getByText('Vol').waitFor();
  await page.getByRole('tab', { name: new RegExp(`^Spans ?${count(spans)}$`) }).waitFor();
  return page;
}

export async function boxOf(page: Page) {
  const box = await page.getByTestId('chart').boundingBox();
  if (!box) throw new Error('the chart is not on the page');
  return box;
}

/** Zooms out by the wheel until so many of the newest bars are in view, or all of them. */
export async function showBars(page: Page, bars: number): Promise<void> {
  const { x, y, width, height } = await boxOf(page);
  await page.mouse.move(x + width / 2, y + height / 2);
  let shown = (width - PRICE_AXIS_PX) / NEWEST_BAR_PX;
  while (shown < bars) {
    const px = Math.min(MAX_WHEEL_PX, Math.log(bars / shown) / ZOOM_PER_PX);
    await page.mouse.wheel(0, px);
    shown *= Math.exp(px * ZOOM_PER_PX);
    await page.waitForTimeout(100);
  }
  await page.waitForTimeout(1_000);
}
