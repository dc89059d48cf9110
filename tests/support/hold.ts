import type { Page } from './app';

/**
 * From here on what a page asks for is held up, until what this answers is called; then routes that
 * were set before have their turn. The route stays:
 * `unroute` would itself let go of a request that is still held, and the handler then fails.
 */
export async function hold(page: Page, requests: string | RegExp): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(requests, async (route) => {
    await released;
    await route.fallback();
  });
  return () => release();
}
