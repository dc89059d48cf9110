import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A control under its name, which is its label as well. */
export function Field(props: { name: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children.
    <label className={clsx('block min-w-0', props.className)}>
      <span className="mb-1 block truncate text-muted text-xs">{props.name}</span>
      {props.children}
    </label>
  );
}

export const FIELD =
  'h-7 w-full min-w-0 truncate rounded-md border border-line bg-raised px-2 disabled:opacity-45';
