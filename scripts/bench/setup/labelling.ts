import type { Page } from '@playwright/test';
import { boxOf } from './browser';

const KEY_MS = 150;
const THINK_MS = 500;

/** Labels as a person does for so long, by keys and mouse, in the same steps each time; how many spans it drew. */
export async function label(page: Page, seconds: number): Promise<number> {
  const hands = await handsOn(page);
  const until = performance.now() + seconds * 1_000;
  let drawn = 0;
  for (let round = 0; ; round++) {
    const steps = [
      () => hands.look(round),
      () => hands.drawByKeys(String((round % 3) + 1)),
      () => hands.writeNotes(),
      () => hands.drawByMouse(String((round % 2) + 1)),
      () => hands.changeMind(),
      ...(round % 3 === 0 ? [() => hands.findInList()] : []),
      ...(round % 4 === 3 ? [() => hands.lookAtAll()] : []),
    ];
    for (const [at, step] of steps.entries()) {
      if (performance.now() >= until) return drawn;
      await step();
      if (at === 1 || at === 3) drawn++;
    }
  }
}

async function handsOn(page: Page) {
  const box = await boxOf(page);
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  const think = () => page.waitForTimeout(THINK_MS);
  async function press(...keys: string[]) {
    for (const key of keys) {
      await page.keyboard.press(key);
      await page.waitForTimeout(KEY_MS);
    }
  }
  async function move(x: number, y: number, steps = 8) {
    await page.mouse.move(...at(x, y), { steps });
  }

  return {
    /** Reads along the candles, zooms out and in, and pans. */
    async look(round: number) {
      await move(0.2, 0.5);
      await move(0.8, 0.5, 20);
      for (const px of [120, 120, -120, -120]) {
        await page.mouse.wheel(0, px);
        await page.waitForTimeout(KEY_MS);
      }
      await page.mouse.down();
      await move(round % 2 === 0 ? 0.95 : 0.65, 0.5, 15);
      await page.mouse.up();
      await think();
    },
    async drawByKeys(digit: string) {
      await press('ArrowUp', 'ArrowUp', 'ArrowLeft', 's', 'ArrowRight', 'ArrowRight', 'ArrowDown');
      await press(digit);
      await think();
    },
    async writeNotes() {
      await page.getByLabel('Notes', { exact: true }).click();
      await page.keyboard.type('clear, low volume', { delay: KEY_MS / 2 });
      await press('Escape');
    },
    async drawByMouse(digit: string) {
      await press('s');
      await move(0.35, 0.6);
      await page.mouse.down();
      await move(0.5, 0.6);
      await page.mouse.up();
      await press(digit, 'v');
      await think();
    },
    async changeMind() {
      await press('Control+z', 'Control+Shift+z');
      await think();
    },
    async findInList() {
      const search = page.getByRole('searchbox').first();
      await search.click();
      await page.keyboard.type('bull', { delay: KEY_MS });
      await think();
      await search.fill('');
      await press('Escape');
    },
    /** The whole history, and back to the span that is selected. */
    async lookAtAll() {
      await press('f');
      await think();
      await move(0.7, 0.4);
      await press('z');
      await think();
    },
  };
}
