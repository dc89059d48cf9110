'use client';

import { clsx } from 'clsx';
import { useService } from './use-service';

/** Whether the database and the model service can be reached. */
export function Services() {
  const service = useService();
  // Paused: the browser has no network. Without data no answer came, and nothing is known of what is behind.
  const isUnreached = service.isPaused || (service.isError && !service.error.data);
  if (isUnreached) return <Dot state="down" name="Server" />;
  // The answer came through PostgreSQL, so it speaks for the database as well.
  const database = service.isError ? 'down' : service.isPending ? 'unknown' : 'up';
  const model = database !== 'up' ? 'unknown' : service.data?.connected ? 'up' : 'down';
  return (
    <>
      <Dot state={database} name="PostgreSQL" />
      <Dot state={model} name="Model service" />
    </>
  );
}

function Dot({ state, name }: { state: 'up' | 'down' | 'unknown'; name: string }) {
  const says = { up: 'is connected', down: 'is not reachable', unknown: 'is being asked' }[state];
  return (
    <span className="flex items-center gap-1.5" title={`${name} ${says}`}>
      <span
        className={clsx(
          'size-[7px] rounded-full',
          { up: 'bg-up', down: 'bg-down', unknown: 'bg-faint' }[state],
        )}
      />
      {name}
      {state === 'down' && ' off'}
    </span>
  );
}
