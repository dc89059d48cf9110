'use client';

import { formatScore } from '@/components/format';
import type { SpanRecord } from '@/editor/kinds/span';
import { labelStyle } from '../session/label-style';
import { useSession } from '../session/session';
import { useTimes } from '../session/time-zone';
import { SOURCE_TAGS } from './source-text';
import { StaleTag } from './stale';
import { Swatch } from './swatch';
import { useBars } from './use-bars';

export function SpanRow({ record: span }: { record: SpanRecord }) {
  const { labels, chart } = useSession();
  const times = useTimes(chart);
  const { text, color } = labelStyle(labels, span.label);
  const bars = useBars(span.startTime, span.endTime);
  const range = times.range(span.startTime, span.endTime);
  const tag = SOURCE_TAGS[span.source] ?? (span.source === 'human' ? null : span.source);
  const score = span.modelPrediction?.confidence;
  return (
    <>
      <Swatch color={span.color ?? color} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate leading-[18px]">{text}</span>
          <StaleTag record={span} />
          {span.confidence !== null && <Dots confidence={span.confidence} />}
          {tag && (
            <span className="shrink-0 rounded border border-line px-1.5 text-[11px] text-muted leading-4">
              {tag}
              {typeof score === 'number' && ` ${formatScore(score)}`}
            </span>
          )}
        </span>
        <span className="block truncate text-muted text-xs leading-4" title={range}>
          {range}
          {bars !== null && ` · ${bars}`}
        </span>
      </span>
    </>
  );
}

function Dots({ confidence }: { confidence: number }) {
  return (
    <span
      role="img"
      aria-label={`confidence ${confidence} of 5`}
      className="flex shrink-0 gap-[3px]"
    >
      {[1, 2, 3, 4, 5].map((dot) => (
        <span
          key={dot}
          className={`size-1.5 rounded-full ${dot <= confidence ? 'bg-accent' : 'bg-faint/40'}`}
        />
      ))}
    </span>
  );
}
