'use client';

import { Button } from '@/components/button';
import { formatTimeframe } from '@/components/format';
import type { EarlyEnd } from '@/contract/spans';
import { useSession, useView } from '../session/session';
import { useTimes } from '../session/time-zone';
import type { useEarlyEnds } from './use-early-ends';

/** Spans that may end too early: how many, and what can be done about the selected one or all. */
export function EarlyEndsNotice(props: {
  ends: ReturnType<typeof useEarlyEnds>;
  isReviewing: boolean;
  onReview: (isReviewing: boolean) => void;
}) {
  const { ends, isReviewing, onReview } = props;
  const selected = useView((state) => state.selected);
  const count = ends.open.size;
  if (count === 0) return null;
  const early = selected ? ends.open.get(selected) : undefined;
  return (
    <section
      aria-label="Spans that may end too early"
      className="shrink-0 border-line border-t bg-raised px-3.5 py-2"
    >
      <div className="flex items-center gap-2">
        <p className="flex-1 text-warning">
          {count === 1 ? '1 span may end too early' : `${count} spans may end too early`}
        </p>
        <Button onClick={() => onReview(!isReviewing)}>
          {isReviewing ? 'Show all' : 'Review'}
        </Button>
      </div>
      {isReviewing && (
        <>
          <p className="mt-1 text-muted text-xs">
            They were drawn on a longer timeframe and stop at the first candle of their last bar.
          </p>
          <div className="mt-2 flex flex-wrap items-center gap-2">
            {early ? (
              <Choices early={early} ends={ends} />
            ) : (
              <span className="flex-1 text-muted text-xs">Choose one below, or</span>
            )}
            {count > 1 && (
              <Button onClick={() => ends.extend([...ends.open.values()])}>
                Extend all {count}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Choices({ early, ends }: { early: EarlyEnd; ends: ReturnType<typeof useEarlyEnds> }) {
  const { chart } = useSession();
  const times = useTimes(chart);
  const until = times.time(early.lastTime);
  return (
    <>
      <Button onClick={() => ends.extend([early])}>
        Extend to {until} ({formatTimeframe(early.timeframe)})
      </Button>
      <Button onClick={() => ends.keep(early.uid)}>Keep</Button>
    </>
  );
}
