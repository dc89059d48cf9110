'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { Kbd } from '@/components/kbd';
import { isTyping } from '../session/is-typing';
import { Services } from './services';

/** Keys of a page that belong together: as they are written, what they do, and what each of them runs. */
export type PageKeys = { written: string; hint: string; run: [key: string, does: () => void][] };

/** The bar at the bottom of a page outside a chart; its keys work wherever nothing is typed. */
export function PageFooter({ keys, children }: { keys: PageKeys[]; children?: ReactNode }) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event.target) || document.querySelector('[role="dialog"], [role="menu"]')) return;
      const own = latest.current.flatMap(({ run }) => run).find(([key]) => key === event.key);
      if (!own) return;
      event.preventDefault();
      own[1]();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <footer className="flex min-h-6 shrink-0 flex-wrap items-center gap-x-5 border-line border-t bg-panel px-3 text-muted text-xs">
      <span className="flex-1 truncate">{children}</span>
      {keys.map(({ written, hint }) => (
        <span key={hint} className="flex items-center gap-1 whitespace-nowrap">
          <Kbd>{written}</Kbd> {hint}
        </span>
      ))}
      <Services />
    </footer>
  );
}

/** A field, and what arrow keys move by itself. */
const isTaken = (target: EventTarget | null) =>
  isTyping(target) || (target instanceof HTMLElement && target.role === 'slider');
