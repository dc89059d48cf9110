import { clsx } from 'clsx';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A sentence about something that went wrong, and what can be done about it. */
export function Notice(props: {
  tone: 'error' | 'warning';
  children: ReactNode;
  actions?: ReactNode;
}) {
  const Icon = props.tone === 'error' ? CircleAlert : TriangleAlert;
  return (
    <div role="alert" className="flex gap-2 rounded-md border border-line bg-raised px-3 py-2">
      <Icon
        size={16}
        className={clsx('mt-0.5 shrink-0', props.tone === 'error' ? 'text-down' : 'text-warning')}
      />
      <div className="min-w-0 flex-1 break-words">
        {props.children}
        {props.actions && <div className="mt-2 flex gap-2">{props.actions}</div>}
      </div>
    </div>
  );
}
