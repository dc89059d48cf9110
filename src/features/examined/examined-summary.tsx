'use client';

import { ChevronDown, ChevronRight, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/button';
import { formatCount } from '@/components/format';
import type { ExaminedRange } from '@/contract/examined';
import { patternCount } from '@/editor/derived';
import { useChart } from '../session/chart-context';
import { useCommand } from '../session/command-context';
import { useExamined, useRecords, useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { examineSpans } from './commands';
import { useExaminedCount } from './use-examined-count';

/** More are found by the band on the time axis. */
const MOST_LISTED = 100;

/** How much of the chart has been examined, with the ranges; the panel of labels begins with it. */
export function ExaminedSummary() {
  const session = useSession();
  const mark = useCommand('examine.view');
  const chart = useChart();
  const records = useRecords();
  const ranges = useExamined((state) => state.ranges);
  const problem = useExamined((state) => state.problem);
  const count = useExaminedCount();
  const [isOpen, setIsOpen] = useState(false);
  if (!ranges || !count) return null;
  const spans = patternCount(records);
  const isUnknown = ranges.length === 0;
  const share = count.candles > 0 ? count.examined / count.candles : 0;
  return (
    <section aria-label="Examined" className="border-line border-b px-3.5 py-3">
      <p>
        {formatCount(spans)} {spans === 1 ? 'span' : 'spans'} in{' '}
        <strong className="font-semibold">{formatCount(count.examined)}</strong> examined candles of{' '}
        {formatCount(count.candles)}
      </p>
      <div className="mt-1.5 h-1 overflow-hidden rounded bg-line">
        <div className="h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
      <p className="mt-1.5 text-muted text-xs">
        {isUnknown
          ? 'Nobody has said which bars were examined, so a model learns what is no pattern only beside the spans.'
          : 'A missing label says “no pattern” in examined bars alone.'}
      </p>
      {problem && (
        <p role="alert" className="mt-1 text-down text-xs">
          Not stored: {problem}
        </p>
      )}
      <div className="mt-2 flex flex-wrap gap-1.5">
        <Button shortcut={mark.shortcut} disabled={!chart} onClick={mark.run}>
          Mark this view
        </Button>
        {isUnknown && spans > 0 && (
          <Button onClick={() => examineSpans(session)}>Use first to last span as examined</Button>
        )}
        {!isUnknown && (
          <Button
            variant="ghost"
            aria-expanded={isOpen}
            icon={isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
            onClick={() => setIsOpen(!isOpen)}
          >
            {formatCount(ranges.length)} {ranges.length === 1 ? 'range' : 'ranges'}
          </Button>
        )}
      </div>
      {isOpen && <Ranges ranges={ranges} />}
    </section>
  );
}

const SAYS = {
  done: 'said so',
  viewed: 'seen while labelling',
  review: 'around a review',
  import: 'with imported labels',
} as const;

function Ranges({ ranges }: { ranges: readonly ExaminedRange[] }) {
  const { chart: stored, examined } = useSession();
  const times = useTimes(stored);
  const chart = useChart();
  return (
    <ul aria-label="Examined ranges" className="-mx-1.5 mt-1.5">
      {ranges.slice(0, MOST_LISTED).map((range) => {
        const when = times.range(range.startTime, range.endTime);
        return (
          <li key={range.uid} className="flex items-center rounded-md hover:bg-raised">
            <button
              type="button"
              className="min-w-0 flex-1 px-1.5 py-1 text-left"
              onClick={() => void chart?.showRange(range.startTime, range.endTime)}
            >
              <span className="block truncate">{when}</span>
              <span className="block truncate text-muted text-xs">
                {SAYS[range.source]}
                {range.labelSet && ` · ${range.labelSet.join(', ')} only`}
              </span>
            </button>
            <Button
              variant="ghost"
              className="px-1"
              aria-label={`Remove ${when}`}
              onClick={() =>
                examined.unmark([{ startTime: range.startTime, endTime: range.endTime }])
              }
            >
              <X size={14} />
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
