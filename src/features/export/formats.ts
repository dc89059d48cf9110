import type { ExportFormat } from '@/contract/exports';

const counted = (one: string, many: string) => (count: number) => (count === 1 ? one : many);

/** What each format is called and is for; `rows` are what its progress counts. */
export const FORMATS: Record<
  ExportFormat,
  { name: string; use: string; rows: (count: number) => string }
> = {
  'spans-json': {
    name: 'Spans JSON',
    use: 'Every span with its parts, notes and outcome, to keep or to carry elsewhere.',
    rows: counted('span', 'spans'),
  },
  'points-csv': {
    name: 'Points CSV',
    use: 'One marker, line, level or rectangle a row, for a spreadsheet.',
    rows: counted('annotation', 'annotations'),
  },
  'windowed-csv': {
    name: 'Windowed CSV',
    use: 'The candles of each span with some before and after it, to train on.',
    rows: counted('span', 'spans'),
  },
  'bio-csv': {
    name: 'BIO CSV',
    use: 'Every candle with its tag (B-, I- or O), for sequence labelling.',
    rows: counted('candle', 'candles'),
  },
  parquet: {
    name: 'Parquet',
    use: 'The whole chart: candles, tags, spans and annotations, for pandas, DuckDB and Polars.',
    rows: counted('candle', 'candles'),
  },
};
