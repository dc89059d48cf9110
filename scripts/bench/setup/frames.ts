import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';

/** As often as a common mouse. */
const MOVE_EVERY_MS = 8;

type Point = { x: number; y: number };
export type FrameCost = {
  /** Milliseconds of the processor in scripts, a frame. */
  script: number;
  /** Milliseconds from frame to frame. */
  interval: number;
};

/**
 * What a page's frames cost while the mouse goes along `path`, pressed or not. Frames that no
 * movement came before are not counted.
 */
export async function watchFrames(page: Page) {
  const session = await page.context().newCDPSession(page);
  // Of the thread, so that what else the machine does is left out.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: Point, held: boolean) =>
    session.send('Input.dispatchMouseEvent', {
      type,
      ...at,
      button: held ? 'left' : 'none',
      buttons: held && type !== 'mouseReleased' ? 1 : 0,
      clickCount: 1,
    });
  return async (path: Point[], held: boolean): Promise<FrameCost> => {
    const [start, end] = [path[0] as Point, path.at(-1) as Point];
    await page.bringToFront();
    await mouse('mouseMoved', start, false);
    if (held) await mouse('mousePressed', start, true);
    await page.evaluate(countFrames);
    const before = await scriptSeconds(session);
    const moves: Promise<unknown>[] = [];
    for (const at of path) {
      // Not awaited: a mouse does not wait for the page either.
      moves.push(mouse('mouseMoved', at, held));
      await sleep(MOVE_EVERY_MS);
    }
    await Promise.all(moves);
    const { frames, ms } = await page.evaluate(stopCounting);
    const seconds = (await scriptSeconds(session)) - before;
    if (held) await mouse('mouseReleased', end, true);
    return { script: (seconds * 1000) / frames, interval: ms / frames };
  };
}

async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const found = metrics.find(({ name }) => name === 'ScriptDuration');
  if (!found) throw new Error('the browser does not say how long scripts ran');
  return found.value;
}

type Counting = {
  benchFrames: {
    frames: number;
    ms: number;
    last: number;
    isMoved: boolean;
    next: number;
    count(now: number): void;
  };
};

/** Runs in the page. */
function countFrames() {
  const page = window as unknown as Counting;
  if (!page.benchFrames) {
    page.benchFrames = {
      frames: 0,
      ms: 0,
      last: 0,
      isMoved: false,
      next: 0,
      count(now) {
        if (this.isMoved && this.last > 0) {
          this.frames++;
          this.ms += now - this.last;
        }
        this.isMoved = false;
        this.last = now;
        this.next = requestAnimationFrame((then) => this.count(then));
      },
    };
    addEventListener('pointermove', () => (page.benchFrames.isMoved = true), true);
  }
  Object.assign(page.benchFrames, { frames: 0, ms: 0, last: 0, isMoved: false });
  page.benchFrames.next = requestAnimationFrame((now) => page.benchFrames.count(now));
}

/** Runs in the page. */
function stopCounting() {
  const { frames, ms, next } = (window as unknown as Counting).benchFrames;
  cancelAnimationFrame(next);
  return { frames, ms };
}
