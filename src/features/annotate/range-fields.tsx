'use client';

import { useId, useState } from 'react';
import type { UtcSeconds } from '@/contract/units';
import { useChart } from '../session/chart-context';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { readTimeIn } from '../session/typed-time';
import { TypedField } from './typed-field';

type Range = { startTime: UtcSeconds; endTime: UtcSeconds };
type Edge = keyof Range;
const NAMES: Record<Edge, string> = { startTime: 'Start', endTime: 'End' };

/** A range whose two times can be typed, as people type a date; it goes to the bars that are there. */
export function RangeFields(props: {
  range: Range;
  /** Before "start" and "end", where it is not the record's own range. */
  what: string;
  /** What it has to stay inside of. */
  within?: Range;
  onChange: (range: Range) => void;
}) {
  const { range, what, within, onChange } = props;
  const chart = useChart();
  const { chart: info } = useSession();
  const times = useTimes(info);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  /** Answers whether the time is taken. */
  const take = async (edge: Edge, text: string): Promise<boolean> => {
    const typed = readTimeIn(
      times.clock,
      text,
      { from: range[edge], last: info.lastTime },
      info.timeframe,
    );
    if ('problem' in typed) return refuse(typed.problem);
    const place = await chart?.barNear(typed.time, 0);
    const candles = place && (await chart?.candleRange(place.time));
    if (!candles) return refuse('There is no bar at that time.');
    const next = { ...range, [edge]: edge === 'startTime' ? candles.first : candles.last };
    if (next.startTime > next.endTime) return refuse('The start would lie after the end.');
    if (within && (next.startTime < within.startTime || next.endTime > within.endTime)) {
      return refuse('A part lies inside its span.');
    }
    setProblem(null);
    onChange({ startTime: next.startTime, endTime: next.endTime });
    void chart?.ensureVisible(next[edge]);
    return true;
  };
  const refuse = (text: string) => {
    setProblem(text);
    return false;
  };

  return (
    <>
      <span className="flex min-h-7 flex-wrap items-center rounded-md border border-line bg-raised px-1 py-px tabular-nums focus-within:border-faint">
        {(['startTime', 'endTime'] as const).map((edge, at) => (
          <span key={edge} className="flex items-center">
            {at > 0 && <span className="text-faint">→</span>}
            <TypedField
              label={what ? `${what}: ${NAMES[edge].toLowerCase()}` : NAMES[edge]}
              shown={times.time(range[edge])}
              problemId={problem === null ? undefined : id}
              onTake={(text) => take(edge, text)}
              onDrop={() => setProblem(null)}
            />
          </span>
        ))}
      </span>
      {problem !== null && (
        <p id={id} role="alert" className="mt-1 text-warning text-xs">
          {problem}
        </p>
      )}
    </>
  );
}
