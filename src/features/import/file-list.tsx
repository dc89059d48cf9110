import { formatCount, formatRange } from '@/components/format';
import { Notice } from '@/components/notice';
import type { FileRange } from '@/contract/uploads';
import { trpc } from '@/trpc/client';
import { filesOf, type Reading } from './use-import';

/** The files that become one chart, in order of their times, and where they overlap. */
export function FileList({ reading }: { reading: Reading }) {
  const files = filesOf(reading);
  const ranges = trpc.useQueries((t) =>
    files.map((file) => t.uploads.range(file, { staleTime: Number.POSITIVE_INFINITY })),
  );
  const failed = ranges.find(({ error }) => error)?.error;
  if (failed) return <Notice tone="error">{failed.message}</Notice>;
  const listed = files.map((file, i) => ({ ...file, range: ranges[i]?.data }));
  const ordered = listed.toSorted((a, b) => startOf(a.range) - startOf(b.range));
  return (
    <table aria-label="Files of this chart" className="w-full text-xs">
      <caption className="mb-1 text-left text-muted">
        {files.length} files become one chart, all of them or none, in this order:
      </caption>
      <tbody className="tabular-nums">
        {ordered.map(({ uploadId, fileName, range }, i) => (
          <tr key={uploadId} className="border-line border-t align-top">
            <th scope="row" className="break-words py-1 pr-3 text-left font-normal">
              {fileName}
            </th>
            <td className="py-1 pr-3">{range ? describeRange(range) : 'Reading its times…'}</td>
            <td className="py-1 text-right text-warning">
              {overlaps(ordered[i - 1]?.range, range) && 'begins before the one above ends'}
            </td>
          </tr>
        ))}
      </tbody>
      {ordered.some((file, i) => overlaps(ordered[i - 1]?.range, file.range)) && (
        <tfoot>
          <tr>
            <td colSpan={3} className="pt-1 text-muted">
              Of two candles of one time that are the same, one is taken. Where they differ, the
              import is refused and lists them.
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const startOf = (range: FileRange | undefined) => range?.firstTime ?? Number.POSITIVE_INFINITY;

const overlaps = (before: FileRange | undefined, range: FileRange | undefined) =>
  before?.lastTime != null && range?.firstTime != null && range.firstTime <= before.lastTime;

function describeRange({ candles, firstTime, lastTime }: FileRange): string {
  if (firstTime === null || lastTime === null) return 'no candle that can be read';
  return `${formatRange(firstTime, lastTime, null)}, ${formatCount(candles)} ${candles === 1 ? 'candle' : 'candles'}`;
}
