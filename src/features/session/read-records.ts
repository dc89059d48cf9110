import type { trpc } from '@/trpc/client';
import { readAll } from './read-all';
import { fromServer } from './wire';

type Client = ReturnType<typeof trpc.useUtils>['client'];

/** Everything that people drew on the chart, as the editor has it. */
export async function readRecords(client: Client, chartId: number) {
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
  return [...spans, ...annotations].map((row) => ({ record: fromServer(row), rev: row.rev }));
}
