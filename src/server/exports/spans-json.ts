import * as z from 'zod';
import type { ExaminedRange } from '@/contract/examined';
import { type BarrierOutcome, DEFAULT_BARRIERS } from '@/contract/outcomes';
import type { UtcSeconds } from '@/contract/units';
import type { Tx } from '@/lib/db';
import { AppError } from '../errors';
import { listOutcomesAfter } from '../outcomes/data';
import { chartOf } from './csv-table';
import type { FileRecord } from './field-columns';
import { columnNames, recordTime } from './file-time';
import type { Exporting, FileLabels } from './formats';
import { isoTime, isWrittenTime, readIsoTime } from './iso-time';
import { readExamined, spanPages } from './labels/data';
import { timeReader } from './notation';
import { readJson, SPAN_KEYS, spanFromRecord, spanToRecord } from './records';

export const SPANS_FORMAT = 'candle-annotator spans';
const MAX_CHARACTERS = 2 ** 28;

const time = z.string().transform((text, context) => {
  const seconds = readIsoTime(text);
  if (Number.isNaN(seconds)) context.addIssue({ code: 'custom', message: 'not a time' });
  return seconds;
});
const examinedRecord = z.object({
  start_time_utc: time,
  end_time_utc: time,
  label_set: z.array(z.string().min(1).max(100)).min(1).max(200).nullable(),
});

const fileSchema = z.object({
  format: z.literal(SPANS_FORMAT),
  version: z.literal(1),
  charts: z.array(
    z.object({
      name: z.string(),
      spans: z.array(z.unknown()),
      examined: z.array(examinedRecord).default([]),
    }),
  ),
});

/** A span a line, so that the file can be read with `grep` as well. */
export async function* writeSpans(tx: Tx, { charts, progress }: Exporting) {
  const head = { format: SPANS_FORMAT, version: 1, time_zone: 'UTC', barriers: DEFAULT_BARRIERS };
  yield `${JSON.stringify(head).slice(0, -1)},"charts":[`;
  let beforeChart = '\n';
  for (const chart of charts) {
    yield `${beforeChart}{"name":${JSON.stringify(chart.name)},"spans":[`;
    beforeChart = ',\n';
    let before = '\n';
    for await (const page of spanPages(tx, chart.scope)) {
      const times = page.map(({ endTime }) => endTime);
      const barriers = DEFAULT_BARRIERS;
      const outcomes = await listOutcomesAfter(tx, chart.scope, { times, barriers });
      const records = page.map((span, i) => ({
        ...spanToRecord(span),
        barrier_outcome: outcomeToRecord(outcomes[i] ?? null),
      }));
      yield before + records.map((record) => JSON.stringify(record)).join(',\n');
      before = ',\n';
      progress.rows += page.length;
    }
    const ranges = await readExamined(tx, chart.scope);
    const examined = ranges.map((range) => JSON.stringify(rangeToRecord(range))).join(',\n');
    yield `\n],"examined":[\n${examined}\n]}`;
  }
  yield '\n]}\n';
}

const rangeToRecord = (range: ExaminedRange) => ({
  start_time_utc: isoTime(range.startTime),
  end_time_utc: isoTime(range.endTime),
  label_set: range.labelSet,
  source: range.source,
  created_by: range.createdBy,
});

/** What the candles say came of a span; import leaves it aside. */
const outcomeToRecord = (outcome: BarrierOutcome | null) =>
  outcome && {
    touched: outcome.touched,
    bars: outcome.bars,
    gain_atr: outcome.gain,
    atr: outcome.atr,
    entry_time_utc: isoTime(outcome.entryTime),
    entry_price: outcome.entryPrice,
    exit_time_utc: isoTime(outcome.exitTime),
    exit_price: outcome.exitPrice,
  };

export async function* readSpans(
  chunks: AsyncIterable<Uint8Array>,
  fileName: string,
  unread: Set<string>,
): AsyncGenerator<FileLabels, void> {
  const content = readJson(await readText(chunks, fileName), fileName);
  if (Array.isArray(content)) {
    yield* listed(content, fileName, unread);
    return;
  }
  const file = fileSchema.safeParse(content);
  if (!file.success) {
    const what = 'is JSON, but holds no spans: export some to see what they look like';
    throw new AppError('BAD_REQUEST', `${fileName} ${what}.`);
  }
  for (const chart of file.data.charts) {
    for (const [i, record] of chart.spans.entries()) {
      const span = spanFromRecord(record, `${fileName}: span ${i + 1} of ${chart.name}`);
      yield { chart: chart.name, spans: [span], annotations: [] };
    }
    for (const range of chart.examined) {
      const { start_time_utc: startTime, end_time_utc: endTime, label_set: labelSet } = range;
      const examined = [{ startTime, endTime, labelSet }];
      yield { chart: chart.name, spans: [], annotations: [], examined };
    }
  }
}

/** Spans of a program: `[{"start", "end", "label"}]`, with a `chart` and other fields if it has them. */
function* listed(list: unknown[], fileName: string, unread: Set<string>): Generator<FileLabels> {
  const records = list.map((item) => {
    const keys = Object.keys(item ?? {});
    const names = columnNames(keys);
    for (const [i, name] of names.entries()) if (!KNOWN.has(name)) unread.add(keys[i]!);
    const values = Object.values(item ?? {});
    return Object.fromEntries(names.map((name, i) => [name, values[i]])) as FileRecord;
  });
  const readTime = timeReader(records.flatMap(timesOf), fileName);
  for (const [i, record] of records.entries()) {
    for (const key of TIMES) record[key] = timeText(record[key], readTime);
    const span = spanFromRecord(record, `${fileName}: span ${i + 1}`, 'import');
    yield { chart: chartOf(record), spans: [span], annotations: [] };
  }
}

/** What the candles say of a span is in exports, and left aside. */
const KNOWN = new Set(['chart', 'barrier_outcome', ...SPAN_KEYS]);
const TIMES = ['start_time_utc', 'end_time_utc'];

const timesOf = (record: FileRecord) =>
  TIMES.map((key) => String(record[key] ?? '')).filter((cell) => cell && !isWrittenTime(cell));

function timeText(value: unknown, readTime: (text: string) => UtcSeconds): unknown {
  if (typeof value !== 'number' && typeof value !== 'string') return value;
  const text = String(value);
  const time = readTime(text);
  return Number.isNaN(time) ? text : recordTime(text, time);
}

async function readText(chunks: AsyncIterable<Uint8Array>, fileName: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_CHARACTERS) {
      throw new AppError('BAD_REQUEST', `${fileName} is longer than 256 million characters.`);
    }
  }
  return text + decoder.decode();
}
