import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { Tooltip } from './tooltip';

/** A button of a bar at the top; `text` is its name and its tooltip. */
export function BarButton(props: {
  text: string;
  shortcut?: string | undefined;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip text={props.text} shortcut={props.shortcut}>
      <button
        type="button"
        aria-label={props.text}
        aria-pressed={props.pressed}
        disabled={props.disabled}
        onClick={props.onClick}
        className={clsx(
          'flex h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-md px-2 font-medium disabled:opacity-40',
          props.pressed
            ? 'bg-accent-bg text-accent'
            : 'text-muted enabled:hover:bg-raised enabled:hover:text-text',
        )}
      >
        {props.children}
      </button>
    </Tooltip>
  );
}
