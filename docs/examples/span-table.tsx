'use client';

import { completeSpan, type Span } from '@/contract/spans';
import { trpc } from '@/trpc/client';

const DAY = 86_400;

/** The spans of a chart's last year as a table: read, added to, deleted from, and kept up to date. */
export function SpanTable({ chartId }: { chartId: number }) {
  const utils = trpc.useUtils();
  const chart = trpc.charts.get.useQuery({ chartId });
  const to = chart.data?.lastTime ?? 0;
  const window = { chartId, from: to - 365 * DAY, to };
  const spans = trpc.spans.list.useQuery(window, { enabled: chart.isSuccess });
  const labels = trpc.spans.types.useQuery();
  const refresh = () => utils.spans.list.invalidate({ chartId });

  // Every change by anybody, this table's own among them.
  trpc.live.chart.useSubscription(
    { chartId, since: chart.data?.rev ?? 0 },
    { enabled: chart.isSuccess, onData: refresh },
  );

  const save = trpc.spans.save.useMutation();
  const add = (label: string) => {
    // Whoever creates a row makes its uid: sending it twice is no harm.
    const span = completeSpan({ startTime: to - DAY, endTime: to, label });
    save.mutate({ chartId, diff: { created: [{ ...span, uid: crypto.randomUUID() }] } });
  };
  const remove = ({ uid, rev }: Span) => {
    save.mutate({ chartId, diff: { deleted: [{ uid, rev }] } });
  };

  const error = chart.error ?? spans.error ?? save.error;
  if (error) return <p role="alert">{error.message}</p>;
  return (
    <>
      <table>
        <tbody>
          {spans.data?.map((span) => (
            <tr key={span.uid}>
              <td>{new Date(span.startTime * 1000).toISOString()}</td>
              <td>{span.label}</td>
              <td>
                <button type="button" onClick={() => remove(span)}>
                  Delete
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {labels.data?.map(({ name, displayName }) => (
        <button key={name} type="button" onClick={() => add(name)}>
          Add {displayName}
        </button>
      ))}
    </>
  );
}
