'use client';

import { clsx } from 'clsx';
import { useService } from './use-service';

/** Whether the database and the model service can be reached. */
export function Services() {
  const service = useService();
  // The answer came through PostgreSQL, so it speaks for the database as well.
  // Paused: the browser has no network.
  const isDown = service.isError || service.isPaused;
  const database = isDown ? 'down' : service.isPending ? 'unknown' : 'up';
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
