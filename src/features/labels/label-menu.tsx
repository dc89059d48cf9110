'use client';

import { Command, defaultFilter } from 'cmdk';
import { Popover } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { formatCount } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Swatch } from '../annotate/swatch';
import { keyText } from '../session/command';
import { useCommands } from '../session/command-context';
import type { KeyedLabel } from '../session/label-keys';
import { useRecentLabels } from '../session/label-use';
import { useSession, useView } from '../session/session';
import { useLabelCounts } from '../session/use-label-counts';
import { byGroup } from './groups';

const MAX_FOUND = 60;

/** Every label, found by what it is called; `children` are what it opens above. */
export function LabelMenu({ children }: { children: ReactNode }) {
  const { view } = useSession();
  const open = useView((state) => state.dialog === 'labels');
  const opener = useRef<Element>(null);
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => view.setState({ dialog: next ? 'labels' : null })}
    >
      <Popover.Anchor asChild>{children}</Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="end"
          side="top"
          sideOffset={8}
          aria-label="Labels"
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const isLost = document.activeElement === document.body;
            if (isLost && opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className="z-50 w-80 rounded-lg border border-line bg-panel"
        >
          {open && <Labels />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Labels() {
  const { labels, view } = useSession();
  const { run } = useCommands();
  const recent = useRecentLabels();
  const [words, setWords] = useState('');
  const active = labels.filter(({ isActive }) => isActive);
  const found = find(active, words, recent);
  const [chosen, setChosen] = useState('');
  const take = ({ name }: KeyedLabel) => {
    view.setState({ dialog: null, pickedLabel: name });
    run('label.picked');
  };
  return (
    <Command
      label="Find a label"
      shouldFilter={false}
      loop
      value={chosen}
      onValueChange={setChosen}
    >
      <Command.Input
        value={words}
        onValueChange={(next) => {
          setWords(next);
          // Enter takes the best of what is found.
          setChosen(String(find(active, next, recent)?.[0]?.id ?? ''));
        }}
        placeholder="Type a label"
        className="h-9 w-full border-line border-b bg-transparent px-3 outline-none placeholder:text-faint"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1">
        <Command.Empty className="p-3 text-center text-muted">
          No label is called like that.
        </Command.Empty>
        {found ? (
          <Rows labels={found} onTake={take} />
        ) : (
          <>
            {keyRows(active).map(({ title, labels: of }) => (
              <Group key={title} title={title}>
                <Rows labels={of} onTake={take} />
              </Group>
            ))}
            {byGroup(active.filter(({ key }) => key === null)).map(({ name, labels: of }) => (
              <Group key={name} title={name ?? 'Other labels'}>
                <Rows labels={of} onTake={take} />
              </Group>
            ))}
          </>
        )}
      </Command.List>
    </Command>
  );
}

/** What the words may mean, best first, and of equals what was used last; null without words. */
function find(labels: KeyedLabel[], words: string, recent: readonly string[]): KeyedLabel[] | null {
  if (words.trim() === '') return null;
  const age = ({ name }: KeyedLabel) => (recent.indexOf(name) + recent.length) % recent.length || 0;
  return labels
    .map((label) => {
      const { displayName, name, groupName } = label;
      const score = defaultFilter(displayName, words, [name, ...(groupName ? [groupName] : [])]);
      return { label, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || age(a.label) - age(b.label))
    .slice(0, MAX_FOUND)
    .map(({ label }) => label);
}

/** The labels on digits, then those on digits with Shift, as far as there are any. */
function keyRows(labels: KeyedLabel[]) {
  const isSecond = ({ key }: KeyedLabel) => key?.startsWith('shift+') === true;
  return [
    { title: 'On keys', labels: labels.filter((label) => label.key && !isSecond(label)) },
    { title: 'Second row of keys', labels: labels.filter(isSecond) },
  ].filter((row) => row.labels.length > 0);
}

const Group = ({ title, children }: { title: string; children: ReactNode }) => (
  <Command.Group
    heading={title}
    className="[&>[cmdk-group-heading]]:px-2 [&>[cmdk-group-heading]]:py-1 [&>[cmdk-group-heading]]:text-muted [&>[cmdk-group-heading]]:text-xs"
  >
    {children}
  </Command.Group>
);

function Rows(props: { labels: readonly KeyedLabel[]; onTake: (label: KeyedLabel) => void }) {
  const counts = useLabelCounts();
  return props.labels.map((label) => (
    <Command.Item
      key={label.id}
      value={String(label.id)}
      onSelect={() => props.onTake(label)}
      className="flex h-[22px] cursor-pointer items-center gap-2 rounded px-2 data-[selected=true]:bg-raised"
    >
      <Swatch color={label.color} />
      <span className="min-w-0 flex-1 truncate">{label.displayName}</span>
      {label.key && <Kbd>{keyText(label.key)}</Kbd>}
      <span className="w-8 text-right text-muted text-xs tabular-nums">
        {formatCount(counts.get(label.name) ?? 0)}
      </span>
    </Command.Item>
  ));
}
