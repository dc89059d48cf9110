import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Kbd } from './kbd';

/** What a control does and its key, shown beside it on hover and focus. */
export function Tooltip(props: {
  text: string;
  shortcut?: string | undefined;
  side?: 'right' | 'bottom' | 'top' | 'left';
  children: ReactNode;
}) {
  const { text, shortcut, side = 'bottom', children } = props;
  return (
    <Radix.Root delayDuration={400}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          className="z-50 flex items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-text text-xs"
        >
          {text}
          {shortcut && <Kbd>{shortcut}</Kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
