import type { AnnotationType } from '@/contract/annotations';
import type { Span, SpanDiff } from '@/contract/spans';
import type { UtcSeconds } from '@/contract/units';
import type { trpc } from '@/trpc/client';
import { readAll } from './read-all';
import { trpcTransport } from './sync/transport';
import type { Base, RecordSource } from './sync/types';
import { unsavedStorage } from './sync/unsaved-storage';
import { baseOf } from './wire';

type Client = ReturnType<typeof trpc.useUtils>['client'];

/** Everything that people drew on the chart as it is now, and where their changes go. */
export const storedRecords = (
  client: Client,
  chartId: number,
  types: () => AnnotationType[],
  on: {
    read(spans: readonly Span[]): void;
    saved(sent: SpanDiff, stored: readonly Span[]): void;
  },
): RecordSource => ({
  async read() {
    const [spans, annotations] = await Promise.all([
      readAll(
        (window) => client.spans.list.query({ chartId, ...window }),
        ({ startTime }) => startTime,
      ),
      readAll(
        (window) => client.annotations.list.query({ chartId, ...window }),
        ({ time }) => time,
      ),
    ]);
    on.read(spans);
    return [...spans, ...annotations].map((row) => baseOf(row, types()));
  },
  saving: {
    transport: trpcTransport(client, chartId, types, on.saved),
    store: unsavedStorage(chartId),
  },
});

type AsOf = Client['history']['asOf']['query'];

/** The same as a revision left it; it can only be looked at. */
export const recordsAsOf = (
  asOf: AsOf,
  chartId: number,
  rev: number,
  types: () => AnnotationType[],
): RecordSource => ({
  async read(): Promise<Base[]> {
    const at = (window: { from: UtcSeconds; to: UtcSeconds; limit: number }) =>
      asOf({ chartId, moment: { rev }, ...window });
    const [spans, annotations] = await Promise.all([
      readAll(
        async (window) => (await at(window)).spans,
        ({ startTime }) => startTime,
      ),
      readAll(
        async (window) => (await at(window)).annotations,
        ({ time }) => time,
      ),
    ]);
    return [...spans, ...annotations].map((row) => baseOf(row, types()));
  },
  saving: null,
});
