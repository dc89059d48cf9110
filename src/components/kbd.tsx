import { clsx } from 'clsx';
import type { ReactNode } from 'react';

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={clsx(
        'inline-block min-w-[17px] rounded border border-line px-1 text-center font-sans text-[11px] text-muted leading-[15px]',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
