import type { ChartToExport } from './data';
import type { FileAnnotation, FileSpan } from './records';

/** What every format's writer is told; it counts `progress.rows` as it goes. */
export type Exporting = {
  charts: ChartToExport[];
  context: number;
  progress: { rows: number };
};

/** What every format's reader yields: some labels of one chart, null when the file names none. */
export type FileLabels = {
  chart: string | null;
  spans: FileSpan[];
  annotations: FileAnnotation[];
};
