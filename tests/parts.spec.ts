import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drag, drawSpan, openChart, placesOn, saved, WEEKDAYS } from './support/chart';

const SHOTS = 'test-results/parts';
type Part = { name: string; startTime: number; endTime: number };
const DAY = 86_400;

test('parts of a span are drawn by mouse and by keys, named, moved, deleted and exported', async ({
  page,
  app,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'showSaveFilePicker', { value: undefined });
  });
  const id = await openChart(page, app.url, 'parts', WEEKDAYS);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const stored = async () => {
    await saved(page);
    const [row] = await sql<{ parts: Part[]; start: number; end: number }[]>`
      select coalesce(sub_spans, '[]') as parts, extract(epoch from start_time)::float8 as start,
        extract(epoch from end_time)::float8 as end
      from span_annotations where chart_id = ${id}`;
    return row ?? { parts: [], start: 0, end: 0 };
  };
  const parts = async (): Promise<Part[]> => (await stored()).parts;
  const place = await placesOn(page);
  const inspector = page.getByRole('region', { name: 'Span' });
  const name = (at: number) => inspector.getByRole('combobox', { name: `Name of part ${at}` });
  await drawSpan(page);

  await test.step('by the mouse, and named at once', async () => {
    await page.keyboard.press('t');
    await drag(page, place(0.3, 0.5), place(0.46, 0.5));
    await expect(name(1)).toBeFocused();
    await page.keyboard.type('Pole');
    await page.keyboard.press('Enter');
    const { parts: drawn, start } = await stored();
    expect(drawn).toEqual([{ name: 'Pole', startTime: start, endTime: expect.any(Number) }]);
  });

  await test.step('by keys', async () => {
    await page.mouse.move(place(0.5, 0.5).x, place(0.5, 0.5).y);
    await page.keyboard.press('ArrowRight');
    await page.mouse.move(0, 0);
    await page.keyboard.press('t');
    for (let bar = 0; bar < 3; bar++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('t');
    await expect(name(2)).toBeFocused();
    await page.keyboard.type('Flag');
    await page.keyboard.press('Enter');
    const [, flag] = await parts();
    expect(flag?.name).toBe('Flag');
    expect(flag?.endTime).toBeGreaterThan((flag?.startTime ?? 0) + 2 * DAY);
    await page.screenshot({ path: `${SHOTS}/named-light.png` });
  });

  await test.step('an edge by keys, by typing and by the mouse', async () => {
    const [pole, flag] = (await parts()) as [Part, Part];
    await page.keyboard.press(']');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await parts())[1]?.endTime).toBeLessThan(flag.endTime);
    await page.keyboard.press('Control+z');
    expect(await parts()).toEqual([pole, flag]);

    await inspector.getByRole('textbox', { name: 'Flag: end' }).fill('2030');
    await inspector.getByRole('textbox', { name: 'Flag: end' }).press('Enter');
    await expect(inspector.getByRole('alert')).toContainText('A part lies inside its span.');
    await inspector.getByRole('textbox', { name: 'Flag: end' }).press('Escape');

    const edge = await placeOfEdge(page, place(0.44, 0.5), place(0.49, 0.5));
    await drag(page, edge, { x: edge.x - 40, y: edge.y });
    const [narrower] = await parts();
    expect(narrower?.startTime).toBe(pole.startTime);
    expect(narrower?.endTime).toBeLessThan(pole.endTime);
  });

  await test.step('goes along when the span is moved', async () => {
    const before = await stored();
    await page.keyboard.press('Escape');
    await page.keyboard.press('.');
    await expect.poll(async () => (await stored()).start).toBeGreaterThan(before.start);
    const after = await stored();
    expect(after.parts[0]?.startTime).toBe(after.start);
    expect(after.parts[1]?.name).toBe('Flag');
    expect(after.parts[1]?.startTime).toBeGreaterThan(before.parts[1]?.startTime ?? 0);
  });

  await test.step('stands in the export', async () => {
    const both = await parts();
    await page.getByRole('button', { name: 'Export candles and labels' }).click();
    await page.getByRole('radio', { name: /^Spans JSON/ }).check();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export', exact: true }).last().click();
    const path = test.info().outputPath('spans.json');
    await (await downloading).saveAs(path);
    const text = await readFile(path, 'utf8');
    for (const { name: each } of both) expect(text).toContain(`"${each}"`);
    await page.keyboard.press('Escape');
  });

  await test.step('deleted, and back by undo', async () => {
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await name(1).focus();
    await page.screenshot({ path: `${SHOTS}/chosen-dark.png` });
    await inspector.getByRole('button', { name: 'Delete the part Pole' }).click();
    expect((await parts()).map((part) => part.name)).toEqual(['Flag']);
    await page.keyboard.press('Control+z');
    expect((await parts()).map((part) => part.name)).toEqual(['Pole', 'Flag']);
  });
  await sql.end();
});

/** Where between two points the pointer finds an edge to drag, and not the span as a whole. */
async function placeOfEdge(page: Page, from: { x: number; y: number }, to: { x: number }) {
  for (let x = from.x; x < to.x; x += 2) {
    await page.mouse.move(x, from.y);
    const isEdge = await page
      .getByTestId('chart')
      .evaluate((chart) =>
        [chart, ...chart.querySelectorAll<HTMLElement>('*')].some(
          (each) => (each as HTMLElement).style.cursor === 'ew-resize',
        ),
      );
    if (isEdge) return { x: x + 7, y: from.y };
  }
  throw new Error('there is no edge');
}
