import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from './app';

const CHECKED = { 'label-content-name-mismatch': { enabled: true } };

/** Axe finds nothing of any level; the second theme differs in colours only. */
export async function check(page: Page, where: string) {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (colorScheme === 'dark'
      ? axe.options({ rules: CHECKED, resultTypes: ['violations'] })
      : axe.withRules('color-contrast')
    ).analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
    );
    expect.soft(found, `${where}, ${colorScheme}`).toEqual([]);
  }
}
