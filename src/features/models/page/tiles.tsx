import { Fragment } from 'react';
import { formatFixed, formatSigned } from '@/components/format';
import type { Measured, RunMetrics, RunSummary } from '@/contract/runs';
import { runTitle } from '../../session/run-title';
import { type Difference, differenceOf, isTestedAlike, LEAST_SPANS, type Shown } from './figures';
import { Track } from './track';

type Other = { run: RunSummary; metrics: RunMetrics } | null;
type Tile = {
  name: string;
  title: string;
  value: string;
  measured: Measured | null;
  before: Measured | null;
};

/** The run's figures at the threshold, each with what it is to be held against. */
export function Tiles(props: {
  run: RunSummary;
  metrics: RunMetrics;
  shown: Shown;
  other: Other;
  /** Intervals and chance are still to come. */
  isBeingMeasured: boolean;
}) {
  const { run, metrics, shown, other, isBeingMeasured } = props;
  const { quality } = metrics;
  const isEnough = shown.spans >= LEAST_SPANS;
  const bare = (value: number): Measured => ({
    ...{ value, interval: null, chance: null, baseline: null },
  });
  /** At another threshold than the run's own, only the figure itself is known. */
  const own = (key: 'f1' | 'precision' | 'recall') =>
    shown.isOwn && quality ? quality[key] : bare(shown[key]);
  const was = (key: 'meanAp' | 'f1' | 'precision' | 'recall') =>
    (shown.isOwn && other?.metrics.quality?.[key]) || null;
  const tiles: Tile[] = [
    {
      name: `F1 at ${formatFixed(shown.threshold, 2)}`,
      title: 'Spans found with the right label at an overlap of at least half, out of sample',
      value: formatFixed(shown.f1, 2),
      measured: own('f1'),
      before: was('f1'),
    },
    {
      name: 'Found',
      title: 'Of the spans that people labelled, those that the run finds',
      value: `${shown.found} of ${shown.spans}`,
      measured: own('recall'),
      before: was('recall'),
    },
    {
      name: 'Right of shown',
      title: 'Of the predictions that are shown, those that are right',
      value: `${shown.right} of ${shown.shown}`,
      measured: own('precision'),
      before: was('precision'),
    },
  ];
  if (quality) {
    tiles.unshift({
      name: 'Mean AP',
      title: 'Average precision over all thresholds, mean over overlaps of 0.3, 0.5 and 0.7',
      value: formatFixed(quality.meanAp.value, 2),
      measured: quality.meanAp,
      before: was('meanAp'),
    });
  }
  const edges = quality?.boundaryError;
  return (
    <>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(156px,1fr))] divide-x divide-line border-line border-b">
        {tiles
          .filter(({ name }) => isEnough || name === 'Found' || name === 'Right of shown')
          .map((tile) => (
            <TileBox
              key={tile.name}
              tile={tile}
              isEnough={isEnough}
              run={run}
              other={other?.run ?? null}
            />
          ))}
        {edges && isEnough && (
          <EdgeTile
            edges={edges}
            run={run}
            before={(shown.isOwn && other?.metrics.quality?.boundaryError) || null}
            other={other?.run ?? null}
          />
        )}
      </dl>
      <p className="flex flex-wrap gap-x-4 border-line border-b px-5 py-1.5 text-muted text-xs">
        {isEnough ? (
          <Legend
            hasInterval={Boolean(quality?.f1.interval)}
            isOwn={shown.isOwn}
            isBeingMeasured={isBeingMeasured}
            isCompared={other !== null}
          />
        ) : (
          `Under ${LEAST_SPANS} tested spans, so counts only: a share would say more than is known.`
        )}
      </p>
    </>
  );
}

function TileBox(props: {
  tile: Tile;
  isEnough: boolean;
  run: RunSummary;
  other: RunSummary | null;
}) {
  const { tile, isEnough, run, other } = props;
  const { measured, before } = tile;
  const difference = measured && before ? differenceOf(measured, before) : null;
  const isLikeWithLike = other !== null && isTestedAlike(run, other);
  return (
    <div className="px-5 py-3" title={tile.title}>
      <dt className="text-muted text-xs">{tile.name}</dt>
      <dd className="mt-0.5 font-semibold text-[20px] leading-7 tabular-nums">{tile.value}</dd>
      {isEnough && measured && (
        <dd>
          <Track measured={measured} text={tile.name} />
        </dd>
      )}
      {isEnough && before && difference && other && (
        <dd className="text-muted text-xs">
          {runTitle(other)} {formatFixed(before.value, 2)}{' '}
          <span className={isLikeWithLike ? tone(difference) : ''} title={intervalText(difference)}>
            {formatSigned(difference.by, 2)}
          </span>
          {isLikeWithLike ? !difference.isSure && ' unsure' : ' other split'}
        </dd>
      )}
    </div>
  );
}

type Edges = NonNullable<NonNullable<RunMetrics['quality']>['boundaryError']>;
/** The mean of both ends, of which the interval is. */
const middleOf = ({ start, end, interval = null }: Edges): Measured => ({
  ...{ value: (start + end) / 2, interval, chance: null, baseline: null },
});

/** How far the ends of matched spans are off. */
function EdgeTile(props: {
  edges: Edges;
  before: Edges | null;
  run: RunSummary;
  other: RunSummary | null;
}) {
  const { edges, before, run, other } = props;
  const longest = Math.max(edges.start, edges.end, 1);
  const own = middleOf(edges);
  const was = before && middleOf(before);
  const difference = was && differenceOf(own, was);
  const isLikeWithLike = other !== null && isTestedAlike(run, other);
  return (
    <div className="px-5 py-3" title="How far the ends of matched spans are off, median">
      <dt className="text-muted text-xs">Edge error</dt>
      <dd className="mt-0.5 whitespace-nowrap font-semibold text-[20px] leading-7 tabular-nums">
        {formatFixed(own.value, 1)} bars
        {own.interval && (
          <span className="ml-2 font-normal text-muted text-xs" title="90 % interval">
            {own.interval.map((end) => formatFixed(end, 1)).join(' to ')}
          </span>
        )}
      </dd>
      <dd className="my-1.5 grid grid-cols-[auto_1fr_auto] items-center gap-x-2 text-[10px] text-muted leading-[9px]">
        {(['start', 'end'] as const).map((side) => (
          <Fragment key={side}>
            <span>{side}</span>
            <span
              className="h-[3px] rounded bg-accent"
              style={{ width: `${(edges[side] / longest) * 100}%` }}
            />
            <span className="tabular-nums">{formatFixed(edges[side], 1)}</span>
          </Fragment>
        ))}
      </dd>
      {was && difference && other && (
        <dd className="text-muted text-xs">
          {runTitle(other)} {formatFixed(was.value, 1)}{' '}
          <span
            // Less is better.
            className={isLikeWithLike ? tone({ ...difference, by: -difference.by }) : ''}
            title={intervalText(difference, 1)}
          >
            {formatSigned(difference.by, 1)}
          </span>
          {isLikeWithLike ? !difference.isSure && ' unsure' : ' other split'}
        </dd>
      )}
    </div>
  );
}

const intervalText = ({ interval }: Difference, digits = 2) =>
  interval
    ? `90 % interval ${formatSigned(interval[0], digits)} to ${formatSigned(interval[1], digits)}`
    : undefined;

/** What may be noise is never coloured. */
const tone = ({ by, isSure }: Difference) =>
  isSure && by !== 0 ? (by > 0 ? 'text-up' : 'text-down') : '';

function Legend(props: {
  hasInterval: boolean;
  isOwn: boolean;
  isBeingMeasured: boolean;
  isCompared: boolean;
}) {
  const { hasInterval, isOwn, isBeingMeasured, isCompared } = props;
  if (!isOwn) return 'Intervals and chance were measured at the run’s own threshold.';
  if (!hasInterval && isBeingMeasured) return 'Intervals and chance are being computed.';
  if (!hasInterval) return 'Neither intervals nor chance are known of this run.';
  const keys = [
    ['90 % interval', 'h-[6px] w-5 rounded-full bg-accent/50'],
    ['chance', 'h-2.5 w-[2px] bg-faint'],
    ['template search', 'h-2.5 w-[2px] bg-warning'],
  ];
  return (
    <>
      {keys.map(([name, look]) => (
        <span key={name} className="flex items-center gap-1.5">
          <span className={look} /> {name}
        </span>
      ))}
      {isCompared && (
        <span className="flex-1 text-right text-faint">
          unsure: the interval of the difference includes 0
        </span>
      )}
    </>
  );
}
