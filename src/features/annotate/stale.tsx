'use client';

import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import type { UtcSeconds } from '@/contract/units';
import type { EditorRecord } from '@/editor/kinds/kinds';
import { useCommand } from '../session/command-context';
import { useSession } from '../session/session';
import { staleSince } from '../session/stale';
import { useTimes } from '../session/time-zone';

const MINUTE = 60;

/** In a row of a list, of what is stale. */
export function StaleTag({ record }: { record: { candlesChangedAt: UtcSeconds | null } }) {
  if (record.candlesChangedAt === null) return null;
  return (
    <span className="shrink-0 rounded border border-warning px-1.5 text-[11px] text-warning leading-4">
      stale
    </span>
  );
}

/** In the inspector of what is stale: since when, and the answer that it is right all the same. */
export function StaleLine({ record }: { record: EditorRecord }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const right = useCommand('stale.right');
  const since = staleSince(record);
  if (since === null) return null;
  return (
    <p className="mb-2 flex items-center gap-2 text-warning text-xs">
      <span className="flex-1">
        Stale: candles in its range changed on{' '}
        {times.time(Math.floor(since / MINUTE) * MINUTE, MINUTE)}.
      </span>
      <Button onClick={right.run}>
        Still right {right.shortcut && <Kbd>{right.shortcut}</Kbd>}
      </Button>
    </p>
  );
}

/** Over a list: how much of it is stale, and the way through it. */
export function StaleNotice(props: {
  count: number;
  /** One of them, and several. */
  names: [one: string, several: string];
  /** Whether the list shows only these; left out where it cannot. */
  only?: { isOn: boolean; onChange: (isOn: boolean) => void };
}) {
  const { count, only } = props;
  const [one, several] = props.names;
  const next = useCommand('stale.next');
  if (count === 0 && !only?.isOn) return null;
  return (
    <section
      aria-label="Stale annotations"
      className="flex shrink-0 items-center gap-2 border-line border-t bg-raised px-3.5 py-2"
    >
      <p className={`flex-1 ${count > 0 ? 'text-warning' : 'text-muted'}`}>
        {count === 0
          ? `No ${one} is stale any more`
          : count === 1
            ? `1 ${one} is stale`
            : `${formatCount(count)} ${several} are stale`}
      </p>
      {count > 0 && (
        <Button onClick={next.run}>Next {next.shortcut && <Kbd>{next.shortcut}</Kbd>}</Button>
      )}
      {only && (
        <Button onClick={() => only.onChange(!only.isOn)}>
          {only.isOn ? 'Show all' : 'Only these'}
        </Button>
      )}
    </section>
  );
}
