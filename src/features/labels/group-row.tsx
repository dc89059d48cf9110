'use client';

import { type CSSProperties, useState } from 'react';
import { Button } from '@/components/button';
import { Menu, MenuItem, MenuSeparator } from '@/components/menu';
import type { LabelGroup } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { RenameGroupDialog } from './rename-group-dialog';

const RULES: { overlap: LabelGroup['overlap']; text: string; title: string }[] = [
  { overlap: 'allow', text: 'may overlap', title: 'Spans may overlap' },
  { overlap: 'forbid', text: 'no overlap', title: 'One that overlaps is refused' },
  { overlap: 'trim', text: 'cut to fit', title: 'A new one is cut to what is free' },
];

/** The head of a group, with what it says of one person's spans that share candles. */
export function GroupRow({ name, style }: { name: string; style: CSSProperties }) {
  const { view } = useSession();
  const utils = trpc.useUtils();
  const [isRenaming, setIsRenaming] = useState(false);
  const groups = trpc.spans.groups.useQuery();
  const setOverlap = trpc.spans.setOverlap.useMutation({
    onError: (error) => view.setState({ notice: error.message }),
    onSettled: () => utils.spans.groups.invalidate(),
  });
  const overlap = groups.data?.find((group) => group.name === name)?.overlap ?? 'allow';
  const rule = RULES.find((each) => each.overlap === overlap);
  return (
    <li
      style={style}
      className="absolute inset-x-0 flex items-end pr-2 pl-3.5 text-muted text-xs has-[[role=menu]]:z-10"
    >
      <span className="min-w-0 flex-1 truncate pb-1 font-semibold">{name}</span>
      <Menu
        width={240}
        trigger={
          <Button
            variant="ghost"
            className="h-6 px-1.5 text-xs"
            aria-label={`Overlaps in ${name}: ${rule?.text}`}
          >
            {rule?.text}
          </Button>
        }
      >
        {RULES.map((each) => (
          <MenuItem
            key={each.overlap}
            current={each.overlap === overlap}
            onSelect={() => setOverlap.mutate({ name, overlap: each.overlap })}
          >
            {each.title}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setIsRenaming(true)}>Rename this group…</MenuItem>
      </Menu>
      {isRenaming && <RenameGroupDialog name={name} onClose={() => setIsRenaming(false)} />}
    </li>
  );
}
