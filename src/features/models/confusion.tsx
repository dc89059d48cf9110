import type { RunMetrics } from '@/contract/runs';
import type { SpanLabelType } from '@/contract/spans';
import { labelStyle } from '../session/label-style';

/** Who says what of the spans that people and the model label at the same place. */
export function Confusion(props: { confusion: RunMetrics['confusion']; labels: SpanLabelType[] }) {
  const { confusion, labels } = props;
  const { counts } = confusion;
  if (counts.length === 0) return null;
  // The last one is no pattern; people may have a label of that name, too.
  const classes = confusion.labels.map((label, at) =>
    at === confusion.labels.length - 1
      ? { key: 'no pattern', name: 'None' }
      : { key: `label ${label}`, name: labelStyle(labels, label).text },
  );
  const most = Math.max(1, ...counts.flat());
  return (
    <div>
      <table
        aria-label="Confusion"
        className="w-full table-fixed border-separate border-spacing-[2px] text-center text-xs"
      >
        <thead>
          <tr>
            <td className="w-[64px]" />
            {classes.map(({ key, name }) => (
              <th key={key} title={name} className="truncate align-bottom font-normal text-muted">
                {/* Where columns are too narrow for a word, it stands on end. */}
                <span className={classes.length > 5 ? 'rotate-180 [writing-mode:vertical-rl]' : ''}>
                  {short(name)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((label, row) => (
            <tr key={label.key}>
              <th title={label.name} className="truncate text-left font-normal text-muted">
                {short(label.name)}
              </th>
              {classes.map((column, at) => {
                const count = counts[row]?.[at] ?? 0;
                // Light enough for the number in it, in both themes.
                const share = Math.round(15 + (45 * count) / most);
                const tone = row === at ? 'var(--accent)' : 'var(--down)';
                return (
                  <td
                    key={column.key}
                    title={`${count} × ${label.name} by people, ${column.name} by the model`}
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
