'use client';

import { useRef, useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { useInitialFocus } from '@/components/use-initial-focus';
import { shownTime } from '@/contract/clock';
import type { UtcSeconds } from '@/contract/units';
import { useChart } from '../session/chart-context';
import { useSession } from '../session/session';
import { type Times, useTimes, zoneName } from '../session/time-zone';
import { readTimeIn, type TypedTime } from '../session/typed-time';
import { GapList } from './gap-list';

export function GoToDialog({ onClose }: { onClose: () => void }) {
  const { chart: info, view } = useSession();
  const chart = useChart();
  const [value, setValue] = useState('');
  const { cursorTime } = view.getState();
  const range = chart?.visibleRange();
  const from = cursorTime ?? (range ? (range.from + range.to) / 2 : (info.lastTime ?? 0));
  const times = useTimes(info);
  const typed = readTimeIn(times.clock, value, { from, last: info.lastTime }, info.timeframe);

  const hasGone = useRef(false);
  /** Who has gone somewhere goes on there, not in the panel from which the key was pressed. */
  const nextFocus = () =>
    hasGone.current ? document.querySelector<HTMLElement>('[data-testid="chart"]') : null;
  /** The bar cursor lands there, so that the keys go on from it. */
  const go = async (time: UtcSeconds) => {
    const place = await chart?.barNear(time, 0);
    if (place) view.setState({ cursorTime: place.time });
    hasGone.current = place !== null && place !== undefined;
    onClose();
    if (place) await chart?.goTo(place.time);
  };

  return (
    <Dialog title="Go to" onClose={onClose} nextFocus={nextFocus} width={360}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if ('time' in typed) void go(typed.time);
        }}
      >
        <input
          ref={useInitialFocus<HTMLInputElement>()}
          aria-label={`Date (${zoneName(times.clock.zone)})`}
          aria-describedby="go-to-read"
          placeholder="2010-02-08, feb 2010, −3w, now"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          className="h-8 w-full rounded-md border border-line bg-raised px-2"
        />
        <p id="go-to-read" className="mt-1.5 min-h-9 text-muted text-xs tabular-nums">
          <Read value={value} typed={typed} times={times} />
        </p>
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={!('time' in typed)}>
            Go
          </Button>
        </div>
      </form>
      <div className="mt-4 border-line border-t pt-3">
        <GapList onGo={({ before }) => void go(before)} />
      </div>
    </Dialog>
  );
}

/** What is understood, before one goes there. */
function Read(props: { value: string; typed: TypedTime; times: Times }) {
  const { value, typed, times } = props;
  const { chart } = useSession();
  const { firstTime, lastTime, timeframe } = chart;
  const held =
    firstTime === null || lastTime === null
      ? null
      : `The chart holds ${times.range(firstTime, lastTime)}.`;
  if (value.trim() === '') return held;
  if ('problem' in typed) return <span className="text-warning">{typed.problem}</span>;
  const isOutside =
    firstTime !== null && lastTime !== null && (typed.time < firstTime || typed.time > lastTime);
  return (
    <>
      {weekday(shownTime(typed.time, timeframe, times.clock))}, {times.time(typed.time)}{' '}
      {zoneName(times.clock.zone)}. {isOutside && `${held} The nearest bar is shown.`}
    </>
  );
}

const weekday = (time: UtcSeconds) =>
  new Date(time * 1000).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
