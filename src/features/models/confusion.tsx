import type { RunMetrics } from '@/contract/runs';
import type { SpanLabelType } from '@/contract/spans';
import { labelStyle } from '../session/label-style';

/** Who says what of the spans that people and the model label at the same place. */
export function Confusion(props: { confusion: RunMetrics['confusion']; labels: SpanLabelType[] }) {
  const { confusion, labels } = props;
  const { counts } = confusion;
  if (counts.length === 0) return null;
  const name = (label: string) => (label === 'none' ? 'None' : labelStyle(labels, label).text);
  const most = Math.max(1, ...counts.flat());
  return (
    <div>
      <table
        aria-label="Confusion"
        className="w-full table-fixed border-separate border-spacing-[2px] text-center text-xs"
      >
        <thead>
          <tr>
            <th className="w-[64px]" />
            {confusion.labels.map((label) => (
              <th key={label} title={name(label)} className="truncate font-normal text-muted">
                {short(name(label))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.labels.map((label, row) => (
            <tr key={label}>
              <th title={name(label)} className="truncate text-left font-normal text-muted">
                {short(name(label))}
              </th>
              {confusion.labels.map((column, at) => {
                const count = counts[row]?.[at] ?? 0;
                // Light enough for the number in it, in both themes.
                const share = Math.round(15 + (45 * count) / most);
                const tone = row === at ? 'var(--accent)' : 'var(--down)';
                return (
                  <td
                    key={column}
                    title={`${count} × ${name(label)} by people, ${name(column)} by the model`}
                    className="h-[22px] rounded-[3px] tabular-nums"
                    style={{
                      background:
                        count === 0
                          ? 'var(--raised)'
                          : `color-mix(in srgb, ${tone} ${row === at ? share : share / 2}%, var(--panel))`,
                    }}
                  >
                    {count === 0 ? '' : count}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1.5 text-faint text-xs">
        Rows: people. Columns: model. Out-of-sample folds only.
      </p>
    </div>
  );
}

/** `Head & shoulders` → `H&S`, `Bull flag` → `Bull f.`: what fits a narrow column and stays distinct. */
function short(name: string): string {
  const words = name.split(/\s+/);
  if (words.length >= 3) return words.map((word) => word[0]?.toUpperCase()).join('');
  const [first = '', second] = words;
  return second ? `${first.slice(0, 6)} ${second[0]}.` : first.slice(0, 8);
}
