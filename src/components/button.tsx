import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { Kbd } from './kbd';

const VARIANTS = {
  solid: 'border-transparent bg-solid text-white hover:brightness-110',
  outline: 'border-line bg-raised hover:border-faint',
  ghost: 'border-transparent text-muted hover:bg-raised hover:text-text',
  danger: 'border-line text-down hover:border-down',
};

export function Button(
  props: ComponentProps<'button'> & {
    variant?: keyof typeof VARIANTS;
    icon?: ReactNode;
    shortcut?: string | undefined;
  },
) {
  const { variant = 'outline', icon, shortcut, className, children, ...rest } = props;
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex h-7 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-2.5 font-medium',
        'transition-colors duration-100 disabled:pointer-events-none disabled:opacity-45',
        VARIANTS[variant],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
      {shortcut && (
        <Kbd className={variant === 'solid' ? 'border-white/40 text-white' : ''}>{shortcut}</Kbd>
      )}
    </button>
  );
}
