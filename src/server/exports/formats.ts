import type { UtcSeconds } from '@/contract/units';
import type { ChartToExport } from './data';
import type { FileAnnotation, FileSpan } from './records';
import type { WrittenTimes } from './written-times';

/** What every format's writer is told; it counts `progress.rows` as it goes. */
export type Exporting = {
  charts: ChartToExport[];
  context: number;
  /** How a chart's times are written, in formats that people read. */
  timesOf: (chart: ChartToExport) => WrittenTimes;
  columnsOf: WrittenTimes['columns'];
  progress: { rows: number };
};

/** What every format's reader yields: some labels of one chart, null when the file names none. */
export type FileLabels = {
  chart: string | null;
  spans: FileSpan[];
  annotations: FileAnnotation[];
  examined?: FileExamined[];
  /** Of a file of tags alone. */
  tagged?: TaggedPage;
};

/** Some candles of a file of tags alone, in order of time, and the runs of tags that ended there. */
export type TaggedPage = {
  times: UtcSeconds[];
  runs: FileSpan[];
  /** The tags are names of labels, so that spans that meet are one run. */
  isPlain: boolean;
  /** How many rows each of those runs has whose first tag does not say that it begins. */
  unbegun: { run: FileSpan; rows: number }[];
};

/** Bars that the file says were examined, and for which labels; null stands for all. */
export type FileExamined = {
  startTime: UtcSeconds;
  endTime: UtcSeconds;
  labelSet: string[] | null;
};
