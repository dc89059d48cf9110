'use client';

import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { formatTime } from '@/components/format';
import { useInitialFocus } from '@/components/use-initial-focus';
import { useChart } from '../session/chart-context';
import { useSession } from '../session/session';
import { GapList } from './gap-list';

export function GoToDialog({ onClose }: { onClose: () => void }) {
  const { chart: info, view } = useSession();
  const chart = useChart();
  const intraday = info.timeframe !== null && info.timeframe < 86_400;
  const [value, setValue] = useState('');
  const time = Date.parse(`${value}${intraday ? ':00' : 'T00:00:00'}Z`) / 1000;
  const bound = (at: number | null) =>
    at === null ? undefined : formatTime(at, info.timeframe).replace(' ', 'T');
  return (
    <Dialog title="Go to" onClose={onClose} width={340}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (Number.isNaN(time)) return;
          void chart?.goTo(time);
          onClose();
        }}
      >
        <input
          ref={useInitialFocus<HTMLInputElement>()}
          type={intraday ? 'datetime-local' : 'date'}
          aria-label="Date (UTC)"
          value={value}
          min={bound(info.firstTime)}
          max={bound(info.lastTime)}
          onChange={(event) => setValue(event.target.value)}
          className="h-8 w-full rounded-md border border-line bg-raised px-2"
        />
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={Number.isNaN(time)}>
            Go
          </Button>
        </div>
      </form>
      <div className="mt-4 border-line border-t pt-3">
        <GapList
          onGo={({ before }) => {
            view.setState({ cursorTime: before });
            void chart?.goTo(before);
            onClose();
          }}
        />
      </div>
    </Dialog>
  );
}
