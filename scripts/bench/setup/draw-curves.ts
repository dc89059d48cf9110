import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../runtime/root';
import { inBrowser } from './browser';

/** A value of a curve: the mean of the sets of its kind. */
export type CurvePoint = {
  kind: string;
  chart: string;
  method: string;
  answers: number;
  value: number;
};

const PACKAGES = join(ROOT, 'node_modules');
const SCRIPTS = ['d3/dist/d3.min.js', '@observablehq/plot/dist/plot.umd.min.js'];
declare const Plot: typeof import('@observablehq/plot');

/** A picture per kind of set and chart with a curve per method, as one SVG. */
export async function drawCurves(points: CurvePoint[], file: string): Promise<void> {
  await inBrowser(async (browser) => {
    const page = await browser.newPage();
    for (const script of SCRIPTS) await page.addScriptTag({ path: join(PACKAGES, script) });
    const svg = await page.evaluate(drawInPage, points);
    await writeFile(file, `${svg.replaceAll('&nbsp;', '\u00a0')}\n`);
  });
}

/** Runs in the page, so it knows nothing but the library. */
function drawInPage(points: CurvePoint[]): string {
  const colors = ['#2563eb', '#d97706', '#6b7280', '#059669'];
  const methods = [...new Set(points.map(({ method }) => method))];
  const [first] = points;
  const facet = { fx: 'chart', fy: 'kind' };
  const svg = Plot.plot({
    width: 760,
    height: 520,
    marginTop: 56,
    marginLeft: 44,
    marginRight: 60,
    style: { background: 'white', color: '#1f2937', fontSize: '11px' },
    x: { label: 'answers', ticks: [0, 20, 50, 100], labelAnchor: 'right' },
    y: { label: 'mAP', domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], grid: true },
    fx: { label: null, domain: [...new Set(points.map(({ chart }) => chart))] },
    fy: { label: null, domain: [...new Set(points.map(({ kind }) => kind))] },
    color: { domain: methods, range: colors },
    marks: [
      Plot.frame({ stroke: '#d1d5db' }),
      Plot.lineY(points, {
        ...facet,
        x: 'answers',
        y: 'value',
        stroke: 'method',
        strokeWidth: 1.8,
        marker: 'dot',
      }),
      // The legend stands above the first picture.
      ...methods.map((method, number) =>
        Plot.text([{ ...first, method }], {
          ...facet,
          text: [`● ${method}`],
          fill: colors[number] ?? 'black',
          frameAnchor: 'top-left',
          dx: 30 + 140 * number,
          dy: -46,
        }),
      ),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg.outerHTML;
}
