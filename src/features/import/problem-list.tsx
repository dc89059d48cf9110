import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import type { ImportProblem } from '@/contract/candles';

/** Lines of a file that could not be read as they are, and why. */
export function ProblemList(props: { title: string; problems: ImportProblem[]; count: number }) {
  const { title, problems, count } = props;
  return (
    <>
      <Notice tone={problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning'}>
        {title}
      </Notice>
      <table className="mt-3 w-full text-xs">
        <thead className="text-left text-muted">
          <tr>
            <th className="w-20 py-1 font-normal">Line</th>
            <th className="py-1 font-normal">What is wrong</th>
          </tr>
        </thead>
        <tbody>
          {problems.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list; one line can have two problems
            <tr key={index} className="border-line border-t align-top">
              <td className="py-1 tabular-nums">{formatCount(problem.line)}</td>
              <td className="break-words py-1">{problem.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > problems.length && (
        <p className="mt-2 text-muted text-xs">and {formatCount(count - problems.length)} more</p>
      )}
    </>
  );
}
