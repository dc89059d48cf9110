import postgres from 'postgres';
import { expect, type Page, test } from './support/app';
import { drawSpan, openChart, saved } from './support/chart';
import { hold } from './support/hold';

const NOTE = 'pole of nine bars, quiet flag';
const spans = (page: Page) => page.getByRole('listbox', { name: 'Spans' }).getByRole('option');
const notes = (page: Page) => page.getByRole('textbox', { name: 'Notes' });

/** A saved span whose note is being typed. */
async function typing(page: Page, url: string, what: string): Promise<number> {
  const id = await openChart(page, url, what);
  await drawSpan(page);
  await saved(page);
  await notes(page).pressSequentially(NOTE);
  return id;
}

/** What a window saves is held up from here on. */
const holdSaves = (page: Page) => hold(page, '**/api/trpc/spans.save*');

test('a note being typed is not called saved, and then is', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'typing');
  await drawSpan(page);
  await saved(page);
  // After a pause it is a change; a slow machine may pause here.
  const release = await holdSaves(page);
  await notes(page).pressSequentially(NOTE);
  await expect(page.getByTestId('save-state')).not.toHaveText('All changes saved', { timeout: 1 });
  release();
  await saved(page);
  await expect(notes(page)).toBeFocused();
  await expect(notes(page)).toHaveValue(NOTE);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const [span] = await sql`select notes from span_annotations where chart_id = ${id}`;
  expect(span?.notes).toBe(NOTE);
  await sql.end();
});

test('a note being typed outlives a reload without a server', async ({ page, app }) => {
  await page.route('**/api/trpc/spans.save*', (route) =>
    route.request().postData()?.includes(NOTE) ? route.abort() : route.continue(),
  );
  await typing(page, app.url, 'reload');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await page.unroute('**/api/trpc/spans.save*');
  await spans(page).first().click();
  await expect(notes(page)).toHaveValue(NOTE);
  await saved(page);
});

test('a note being typed outlives its window, and another window leaves it alone', async ({
  page,
  app,
}) => {
  const id = await typing(page, app.url, 'closed');
  await page.route('**/api/trpc/spans.save*', (route) => route.abort());
  await notes(page).pressSequentially('!');
  const other = await page.context().newPage();
  await other.goto(`${app.url}/charts/${id}`);
  await saved(other);
  await spans(other).first().click();
  await expect(notes(other)).not.toHaveValue(`${NOTE}!`);
  await other.close();
  await page.close();
  const next = await page.context().newPage();
  await next.goto(`${app.url}/charts/${id}`);
  await saved(next);
  await spans(next).first().click();
  await expect(notes(next)).toHaveValue(`${NOTE}!`);
});

test('a note is saved when another span is selected before it was left', async ({ page, app }) => {
  const id = await typing(page, app.url, 'selected');
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await saved(page);
  const sql = postgres(app.databaseUrl, { max: 1 });
  const [span] = await sql`select notes from span_annotations where chart_id = ${id}`;
  expect(span?.notes).toBe(NOTE);
  await sql.end();
});

test('a note for a span that somebody deletes meanwhile is asked about', async ({ page, app }) => {
  const id = await openChart(page, app.url, 'deleted');
  await drawSpan(page);
  await saved(page);
  const other = await page.context().newPage();
  await other.goto(`${app.url}/charts/${id}`);
  await spans(other).first().click();
  await page.bringToFront();
  const release = await holdSaves(page);
  await notes(page).pressSequentially('still ty');
  await other.keyboard.press('Delete');
  await saved(other);
  await page.waitForTimeout(500);
  await notes(page).pressSequentially('ping');
  release();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Changed in two places');
  await expect(dialog).toContainText('still typing');
  await expect(dialog).toContainText('Deleted');
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await saved(page);
  await expect(spans(other)).toHaveCount(1);
  await other.close();
});
