'use client';

import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { INDICATOR_IDS, indicatorOf } from '@/chart/indicators/catalogue';
import { DialogFrame } from '@/components/dialog';
import { formatCount, formatTimeframe } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { useInitialFocus } from '@/components/use-initial-focus';
import { wordScore } from '@/components/word-score';
import { trpc } from '@/trpc/client';
import { applyTheme } from '../pages/theme';
import { useTheme } from '../pages/use-theme';
import { type CommandId, keysTextOf, keyText } from '../session/command';
import { useCommands } from '../session/command-context';
import { chooseLabel } from '../session/commands';
import { useSession, useView } from '../session/session';
import { toggleIndicator } from './indicators';

/** What needs a digit with it, or only leaves what is open. */
const NOT_LISTED: readonly CommandId[] = [
  'palette',
  'label',
  'label.picked',
  'confidence',
  'leave',
];

/** Everything that can be done here, found by what it is called. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  return (
    <DialogFrame title="Search commands, labels and charts" onClose={onClose} isAtTop width={560}>
      <Command
        label="Search commands, labels and charts"
        loop
        filter={wordScore}
        className="flex min-h-0 flex-col"
      >
        <Command.Input
          ref={useInitialFocus<HTMLInputElement>()}
          placeholder="What do you want to do?"
          className="h-10 shrink-0 border-line border-b bg-transparent px-4 outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-[52vh] min-h-0 overflow-y-auto p-2">
          <Command.Empty className="p-4 text-center text-muted">
            Nothing is called like that.
          </Command.Empty>
          <Commands onClose={onClose} />
          <Labels onClose={onClose} />
          <Views onClose={onClose} />
          <Charts onClose={onClose} />
        </Command.List>
      </Command>
    </DialogFrame>
  );
}

type Part = { onClose: () => void };

function Commands({ onClose }: Part) {
  const session = useSession();
  const { table, run } = useCommands();
  const ids = (Object.keys(table) as CommandId[]).filter(
    (id) => !NOT_LISTED.includes(id) && (table[id].when?.(session, null) ?? true),
  );
  return (
    <Group title="Commands">
      {ids.map((id) => (
        <Item
          key={id}
          text={table[id].title}
          keywords={[table[id].group]}
          hint={keysTextOf(table[id], session)}
          onSelect={() => {
            onClose();
            run(id);
          }}
        />
      ))}
    </Group>
  );
}

function Labels({ onClose }: Part) {
  const session = useSession();
  const active = session.labels.filter((label) => label.isActive);
  return (
    <Group title="Labels">
      {active.map(({ name, displayName, key, color }) => (
        <Item
          key={name}
          text={`Label ${displayName}`}
          hint={key && keyText(key)}
          mark={<span className="size-2.5 rounded-[3px]" style={{ background: color }} />}
          onSelect={() => {
            onClose();
            chooseLabel(session, name);
          }}
        />
      ))}
    </Group>
  );
}

function Views({ onClose }: Part) {
  const { chart, view } = useSession();
  const theme = useTheme();
  const chosen = useView((state) => state.timeframe) ?? chart.timeframe;
  const shown = useView((state) => state.indicators);
  const pyramid = trpc.candles.pyramid.useQuery({ chartId: chart.id });
  const others = (pyramid.data?.timeframes ?? []).filter(({ timeframe }) => timeframe !== chosen);
  return (
    <Group title="View">
      {others.map(({ timeframe }) => (
        <Item
          key={timeframe}
          text={`Bars of ${formatTimeframe(timeframe)}`}
          keywords={['timeframe']}
          onSelect={() => {
            onClose();
            view.setState({ timeframe });
          }}
        />
      ))}
      {INDICATOR_IDS.map((id) => (
        <Item
          key={id}
          text={`${shown.includes(id) ? 'Hide' : 'Show'} ${indicatorOf(id).name}`}
          keywords={['indicator']}
          onSelect={() => {
            onClose();
            toggleIndicator(view, id);
          }}
        />
      ))}
      <Item
        text={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        onSelect={() => {
          onClose();
          applyTheme(theme === 'dark' ? 'light' : 'dark');
        }}
      />
    </Group>
  );
}

function Charts({ onClose }: Part) {
  const { chart: current } = useSession();
  const router = useRouter();
  const charts = trpc.charts.list.useQuery();
  const others = (charts.data ?? []).filter(({ id }) => id !== current.id);
  return (
    <Group title="Charts">
      {others.map(({ id, name, candleCount }) => (
        <Item
          key={id}
          // Two charts differ by name, but maybe not in the case of its letters, which cmdk ignores.
          value={`Open ${name} ${id}`}
          text={`Open ${name}`}
          hint={`${formatCount(candleCount)} candles`}
          onSelect={() => {
            onClose();
            router.push(`/charts/${id}`);
          }}
        />
      ))}
    </Group>
  );
}

const Group = ({ title, children }: { title: string; children: ReactNode }) => (
  <Command.Group
    heading={title}
    className="[&>[cmdk-group-heading]]:px-2 [&>[cmdk-group-heading]]:py-1.5 [&>[cmdk-group-heading]]:text-muted [&>[cmdk-group-heading]]:text-xs"
  >
    {children}
  </Command.Group>
);

function Item(props: {
  text: string;
  value?: string;
  keywords?: string[];
  hint?: string | null;
  mark?: ReactNode;
  onSelect: () => void;
}) {
  const { text, value = text, keywords, hint, mark, onSelect } = props;
  return (
    <Command.Item
      value={value}
      {...(keywords ? { keywords } : {})}
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-raised"
    >
      {mark}
      <span className="min-w-0 flex-1 truncate">{text}</span>
      {hint && <Kbd>{hint}</Kbd>}
    </Command.Item>
  );
}
