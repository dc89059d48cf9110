import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportFormat } from '@/contract/exports';
import { charts, spanAnnotations } from '@/lib/db/schema';
import { labelFormatOf } from './label-file';
import { download, labelsOn, labelTests, makeChart, minutes } from './testing';

const { server, files } = await labelTests();
let chartId: number;
beforeAll(() => void vi.stubEnv('DATABASE_URL', server.url));
afterAll(() => void vi.unstubAllEnvs());
beforeEach(async () => {
  await server.db.delete(charts);
  chartId = await makeChart(server.db, 'Chart', {
    candles: minutes(5),
    spans: [{ startTime: 0, endTime: 120 }],
    annotations: [{ time: 60 }],
  });
});

const formatOf = async (content: string | Buffer) =>
  labelFormatOf(await files.save(content), 'labels');

describe.each(exportFormat.options)('%s', (format) => {
  it('is recognised, without labels as well', async () => {
    expect(await formatOf(await download(server, format, [chartId]))).toBe(format);
    await server.db.delete(charts);
    expect(await formatOf(await download(server, format, null))).toBe(format);
  });
});

describe.each(exportFormat.options.filter((format) => format !== 'parquet'))('%s', (format) => {
  it.each([
    ['gzip', (file: Buffer) => gzipSync(file)],
    ['zip', (file: Buffer) => Buffer.from(zipSync({ 'labels.txt': file }))],
  ])('is recognised in %s', async (_, pack) => {
    expect(await formatOf(pack(await download(server, format, [chartId])))).toBe(format);
  });
});

it.each([
  ['candles', 'time,open,high,low,close\n2024-01-01,1,2,1,2\n'],
  ['candles with a bar of their own', 'bar,time,open,high,low,close\n1,2024-01-01,1,2,1,2\n'],
  ['candles without a header', '1704067200,1,2,1,2\n'],
  ['candles in JSON', '[{"t":1704067200,"o":1,"h":2,"l":1,"c":2}]'],
  ['other JSON', '{"charts":[{"format":"candle-annotator spans"}]}'],
  ['prose', 'Dear "all", label\n'],
])('%s are no labels', async (_, content) => {
  expect(await formatOf(content)).toBeNull();
});

it('leaves Parquet without labels to the import of candles', async () => {
  const time: ColumnSource = { name: 'time_utc', data: [new Date(0)], type: 'TIMESTAMP' };
  expect(await formatOf(Buffer.from(parquetWriteBuffer({ columnData: [time] })))).toBeNull();
});

it('says what a file is that nobody can read, and what to do', async () => {
  const feather = Buffer.concat([Buffer.from('ARROW1\0\0'), Buffer.alloc(64)]);
  await expect(formatOf(feather)).rejects.toThrow(
    'is a Feather or Arrow file. Save it in pandas by to_csv or to_parquet and import that.',
  );
});

it('recognises spans that a program has indented', async () => {
  const written = JSON.parse(String(await download(server, 'spans-json', [chartId])));
  expect(await formatOf(JSON.stringify(written, null, 2))).toBe('spans-json');
});

describe('an upload of labels', () => {
  async function upload(content: Buffer) {
    const uploadId = randomUUID();
    await server.owner.uploads.append({ uploadId, offset: 0, bytes: content.toString('base64') });
    return { uploadId, fileName: 'labels.csv' };
  }

  it('is previewed, imported, and gone', async () => {
    const sent = await upload(await download(server, 'spans-json', [chartId]));
    expect(await server.owner.exports.labelFormat(sent)).toBe('spans-json');
    await server.db.delete(spanAnnotations);
    const told = {
      chartId,
      chartName: 'Chart',
      isNew: false,
      created: 1,
      changed: 0,
      unchanged: 0,
      removed: 0,
    };
    const labels = { ...sent, chartId: null };
    expect(await server.owner.exports.importLabels({ ...labels, preview: true })).toEqual([told]);
    expect((await labelsOn(server.db, chartId)).spans).toEqual([]);
    expect(await server.owner.exports.importLabels(labels)).toEqual([told]);
    expect((await labelsOn(server.db, chartId)).spans).toHaveLength(1);
    await expect(server.owner.exports.labelFormat(sent)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('makes the chart that is missing, for owners alone', async () => {
    const sent = await upload(await download(server, 'parquet', [chartId]));
    await server.owner.charts.delete({ chartId });
    const labels = { ...sent, chartId: null };
    await expect(server.as('annotator').exports.importLabels(labels)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'There is no chart “Chart”, and your role may not make one.',
    });
    const [made] = await server.owner.exports.importLabels(labels);
    expect(made).toMatchObject({ chartName: 'Chart', isNew: true, created: 2 });
  });
});
