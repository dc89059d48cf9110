import type { ColumnRole, ImportTarget, Mapping, OhlcPolicy } from '@/contract/uploads';

export type ImportArguments = {
  files: string[];
  chart: string | undefined;
  mode: ImportTarget['mode'];
  mapping: Partial<Mapping>;
  columns: Map<ColumnRole, string> | undefined;
  ohlcPolicy: OhlcPolicy;
  dropFlatBars: boolean;
  acceptGoodRows: boolean;
  json: boolean;
};
