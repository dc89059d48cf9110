import { Download } from 'lucide-react';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { saveFile } from '@/components/save-file';
import type { ImportReport } from '@/contract/uploads';
import { issuesCsv } from './issues-file';

const SHOWN = 100;

/** Lines of a file that could not be read as they are, and why; all of them as a file. */
export function IssueList(props: { title: string; report: ImportReport; fileName: string }) {
  const { title, report, fileName } = props;
  const { issues, issueCount, errorCount } = report;
  const shown = issues.slice(0, SHOWN);
  const download = () => {
    const csv = new Blob([issuesCsv(report)], { type: 'text/csv' });
    saveFile(csv, `${fileName} issues.csv`);
  };
  return (
    <>
      <Notice
        tone={errorCount > 0 ? 'error' : 'warning'}
        actions={
          <Button icon={<Download size={15} />} onClick={download}>
            Download all as CSV
          </Button>
        }
      >
        {title}
      </Notice>
      <table className="mt-3 w-full table-fixed text-xs">
        <thead className="text-left text-muted">
          <tr>
            <th className="w-24 py-1 pr-4 text-right font-normal">Line</th>
            <th className="w-20 py-1 font-normal">Severity</th>
            <th className="py-1 font-normal">What is wrong</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ line, file, severity, reason }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list; one line can have two issues
            <tr key={index} className="border-line border-t align-top">
              <td className="py-1 pr-4 text-right tabular-nums">{formatCount(line)}</td>
              <td className={`py-1 ${severity === 'error' ? 'text-down' : 'text-warning'}`}>
                {severity}
              </td>
              <td className="break-words py-1">{file ? `${file}: ${reason}` : reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {issueCount > shown.length && (
        <p className="mt-2 text-muted text-xs">
          These are the first {shown.length} of {formatCount(issueCount)}.
        </p>
      )}
    </>
  );
}
