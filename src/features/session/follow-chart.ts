import type { ChartEvent } from '@/contract/live';
import { NEGATIVE_LABEL } from '@/contract/spans';
import { predictionsOf } from '@/editor/derived';
import type { trpc } from '@/trpc/client';
import type { OpenStream } from './live/leader';
import { followShared } from './live/shared-stream';
import type { OpenSession } from './open-sessions';
import type { Sync } from './sync/sync';
import { receivedOf } from './wire';

const RETRY_MS = 5_000;
const GONE =
  'This chart was deleted. What is done here is kept in this browser until the list of charts restores it.';

type Followed = {
  /** As far as it is known when following begins. */
  chart: { id: number; rev: number; dataRev: number };
  session: Pick<OpenSession, 'sync' | 'editor' | 'examined' | 'authors' | 'view'>;
  utils: ReturnType<typeof trpc.useUtils>;
  /** After each change that somebody made: their answers to predictions may be among it. */
  onChange?(): void;
};

/**
 * Brings what other windows and programs do to a chart into its session, until what it answers is
 * called. A window that nobody looks at does not listen; it catches up when it is looked at again.
 */
export function followChart({ chart, session, utils, onChange }: Followed): () => void {
  const { sync, editor, examined, authors, view } = session;
  const { client } = utils;
  const chartId = chart.id;
  const known = { rev: chart.rev, dataRev: chart.dataRev };
  const types = () => utils.annotations.types.getData() ?? [];
  const open: OpenStream = (charts, { onEvent, onError }) =>
    client.live.charts.subscribe(
      { charts },
      { onData: ({ data }) => onEvent(data.chartId, data.event), onError },
    );
  let stopFollowing = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;

  const pause = () => {
    clearTimeout(retry);
    stopFollowing();
  };
  const follow = () => {
    pause();
    if (document.hidden) return;
    const { rev: since, dataRev } = known;
    stopFollowing = followShared(
      open,
      { chartId, since, dataRev },
      { onEvent: take, onGone: sayGone, onError: again },
    );
  };
  const again = () => {
    pause();
    retry = setTimeout(follow, RETRY_MS);
  };

  /** It comes back where somebody restores it. */
  let isGone = false;
  const sayGone = () => {
    if (!isGone) view.setState({ notice: GONE });
    isGone = true;
    again();
  };

  const take = (event: ChartEvent) => {
    if (event.type === 'resync') {
      reload(event.rev).catch(again);
      return;
    }
    isGone = false;
    known.rev = event.rev;
    if (event.type === 'candles') {
      known.dataRev = event.dataRev;
      // The chart draws the new candles when it learns of their revision.
      void utils.charts.invalidate();
      void utils.candles.pyramid.invalidate({ chartId });
      void utils.candles.gaps.invalidate({ chartId });
      return;
    }
    examined.receive(event.examined, event.deleted);
    authors.note(event.spans);
    noticeNews(sync.receive(receivedOf(event, types())));
    onChange?.();
  };

  const reload = async (rev: number) => {
    await sync.read();
    examined.start(await client.examined.list.query({ chartId }));
    known.rev = rev;
    void utils.spans.types.invalidate();
    void utils.predictions.list.invalidate({ chartId });
    onChange?.();
  };

  /** Others have made labels, or reviewed predictions, that are not known here yet. */
  const noticeNews = (taken: ReturnType<Sync['receive']>) => {
    if (taken.length === 0) return;
    const spans = taken.flatMap(({ record }) => (record?.kind === 'span' ? record : []));
    const names = new Set(utils.spans.types.getData()?.map(({ name }) => name));
    if (spans.some(({ label }) => label !== NEGATIVE_LABEL && !names.has(label))) {
      void utils.spans.types.invalidate();
    }
    const gone = new Set(taken.flatMap(({ uid, record }) => (record ? [] : uid)));
    const isReviewUndone = () =>
      gone.size > 0 &&
      predictionsOf(editor.records()).some(({ spanUid }) => spanUid !== null && gone.has(spanUid));
    if (spans.some(({ modelPrediction }) => modelPrediction) || isReviewUndone()) {
      void utils.predictions.list.invalidate({ chartId });
    }
  };

  follow();
  document.addEventListener('visibilitychange', follow);
  return () => {
    document.removeEventListener('visibilitychange', follow);
    pause();
  };
}
