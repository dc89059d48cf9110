import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export function Menu(props: { trigger: ReactNode; children: ReactNode; width?: number }) {
  return (
    // Where its button is, so that it belongs to that part of the page; and the rest stays readable.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Content
        align="start"
        sideOffset={6}
        className="z-50 max-h-[70vh] overflow-y-auto rounded-lg border border-line bg-panel p-1"
        style={{ width: props.width ?? 240 }}
      >
        {props.children}
      </Radix.Content>
    </Radix.Root>
  );
}

export function MenuItem(props: {
  onSelect: () => void;
  icon?: ReactNode;
  hint?: ReactNode;
  danger?: boolean;
  /** It is where one is already. */
  current?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Radix.Item
      onSelect={props.onSelect}
      aria-current={props.current}
      disabled={props.disabled ?? false}
      className={`flex items-center gap-2 rounded-md px-2 py-1.5 outline-none data-highlighted:bg-raised data-disabled:text-muted aria-current:font-semibold aria-current:text-accent ${props.danger ? 'text-down' : ''}`}
    >
      {props.icon}
      <span className="min-w-0 flex-1 truncate">{props.children}</span>
      {props.hint && <span className="text-faint text-xs">{props.hint}</span>}
    </Radix.Item>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}
