'use client';

import { Kbd } from '@/components/kbd';
import { Swatch } from '../annotate/swatch';
import { chooseLabel } from '../workbench/commands';
import { useLabelCounts } from '../workbench/label-dock';
import { useSession, useView } from '../workbench/session';

/** The label set, with how often each label is used on this chart. */
export function LabelsPanel() {
  const session = useSession();
  const active = useView((state) => state.activeLabel);
  const counts = useLabelCounts();
  return (
    <ul aria-label="Labels" className="py-1.5">
      {session.labels.map((label) => (
        <li key={label.name}>
          <button
            type="button"
            aria-pressed={label.name === active}
            onClick={() => chooseLabel(session, label.name)}
            className="flex h-9 w-full items-center gap-3 px-3.5 text-left hover:bg-raised aria-pressed:bg-accent-bg"
          >
            <Swatch color={label.color} />
            <span className="min-w-0 flex-1 truncate">{label.displayName}</span>
            <span className="text-muted text-xs">{counts.get(label.name) ?? 0} spans</span>
            {label.hotkey && <Kbd>{label.hotkey}</Kbd>}
          </button>
        </li>
      ))}
    </ul>
  );
}
