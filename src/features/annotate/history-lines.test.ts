import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { completeSpan } from '@/contract/spans';
import { serverTests } from '@/server/testing';
import { changesOf } from './history-lines';

const { owner } = await serverTests();

it('says what each revision changed, and restoring one brings back what it left', async () => {
  const chart = await owner.charts.create({ name: 'Chart' });
  const chartId = chart.id;
  const made = {
    uid: randomUUID(),
    ...completeSpan({ startTime: 0, endTime: 60, label: 'bull_flag' }),
  };
  const { rev } = await owner.spans.save({ chartId, diff: { created: [made] } });
  const custom = { ...made, label: 'custom', confidence: 4 };
  let { rev: at } = await owner.spans.save({ chartId, diff: { updated: [{ ...custom, rev }] } });
  const labels = (await owner.spans.types()).map((label) => ({ ...label, key: null }));
  const about = { labels, annotationTypes: [], chart };
  const read = async () =>
    (await owner.history.entries({ chartId, uid: made.uid })).entries.map((entry) =>
      changesOf(entry, about),
    );
  const [changed, created] = await read();
  expect(changed).toEqual([
    { field: 'Label', before: 'Bull flag', after: 'Custom' },
    { field: 'Confidence', before: '–', after: '4' },
  ]);
  expect(created).toContainEqual({ field: 'Label', before: null, after: 'Bull flag' });
  const part = { name: 'pole', startTime: 0, endTime: 30 };
  const renamed = { ...part, name: 'flag' };
  for (const subSpans of [[part], [renamed]]) {
    const diff = { updated: [{ ...custom, subSpans, rev: at }] };
    ({ rev: at } = await owner.spans.save({ chartId, diff }));
  }
  const said = '1 Jan 1970 00:00 – 00:00:30';
  expect((await read())[0]).toEqual([
    { field: 'Parts', before: `pole ${said}`, after: `flag ${said}` },
  ]);
  await owner.history.restore({ chartId, uid: made.uid, rev });
  expect((await read())[0]).toEqual([
    { field: 'Label', before: 'Custom', after: 'Bull flag' },
    { field: 'Confidence', before: '4', after: '–' },
    { field: 'Parts', before: `flag ${said}`, after: '–' },
  ]);
});

it('says of whom a span is, and what was proposed, in words', async () => {
  const chart = await owner.charts.create({ name: 'Reviewed' });
  const made = {
    uid: randomUUID(),
    ...completeSpan({
      ...{ startTime: 0, endTime: 60, label: 'bull_flag', source: 'model_confirmed' },
      modelPrediction: { label: 'bull_flag', confidence: 0.853, predictionId: 6, runId: 1 },
    }),
  };
  await owner.spans.save({ chartId: chart.id, diff: { created: [made] } });
  const labels = (await owner.spans.types()).map((label) => ({ ...label, key: null }));
  const [entry] = (await owner.history.entries({ chartId: chart.id })).entries;
  const lines = entry && changesOf(entry, { labels, annotationTypes: [], chart });
  expect(lines).toContainEqual({ field: 'Source', before: null, after: 'A model, confirmed' });
  expect(lines).toContainEqual({
    ...{ field: 'Model’s prediction', before: null, after: 'Bull flag 0.85' },
  });
});
