'use client';

import { useMemo } from 'react';
import { Button } from '@/components/button';
import { capitalized, formatCount, formatScore, formatTimeframe } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { trpc } from '@/trpc/client';
import { Swatch } from '../annotate/swatch';
import { DoubtLines } from '../models/prediction-marks';
import { VERDICT_COLOR, verdictOf } from '../models/verdict';
import { keyText } from '../session/command';
import { doubtsBy } from '../session/doubts';
import { hotkeysText } from '../session/hotkeys';
import { labelStyle } from '../session/label-style';
import { useTimes, zonedOf } from '../session/time-zone';
import { useBoardCommand, useBoardPage, useBoardState } from './board-context';
import type { BoardCommandId } from './commands';
import { UNMOVED } from './edges';
import { FocusedChart } from './focused-chart';
import { basisOf, type Candidate } from './sources/source';
import { useBars } from './use-bars';

/** The focused candidate: where it is, its chart, and what can be said of it. */
export function FocusedPanel({ candidate }: { candidate: Candidate }) {
  return (
    <section aria-label="In focus" className="flex min-w-0 flex-col border-line border-l">
      <Header candidate={candidate} />
      <FocusedChart candidate={candidate} />
      <div className="flex shrink-0 flex-col gap-3 border-line border-t bg-panel p-4">
        <Said candidate={candidate} />
        <Doubts candidate={candidate} />
        <LabelRow candidate={candidate} />
        <div className="grid grid-cols-4 gap-2">
          <AnswerButton command="accept" name="Accept" variant="solid" />
          <AnswerButton command="reject" name="Reject" />
          <AnswerButton command="correct" name="Correct" />
          <AnswerButton command="later" name="Later" />
        </div>
      </div>
    </section>
  );
}

function Header({ candidate }: { candidate: Candidate }) {
  const { board, charts, chartOf, wideBars } = useBoardPage();
  const edges = useBoardState((state) => state.edges) ?? UNMOVED;
  const page = useBoardState(({ pages, page: at }) => pages[at]) ?? [];
  const chart = chartOf(candidate.chartId);
  const open = useBoardCommand('chart');
  const { startTime, endTime } = board.placed(candidate);
  const bars = useBars(charts?.get(candidate.chartId)?.reader, candidate, wideBars);
  const timeframe = chart?.timeframe ?? null;
  const times = useTimes(zonedOf(candidate.chartId, chart, timeframe));
  return (
    <div className="flex h-11 shrink-0 items-center gap-3 border-line border-b bg-panel px-4">
      <span className="whitespace-nowrap font-semibold tabular-nums">
        {page.indexOf(candidate.uid) + 1} of {page.length}
      </span>
      <span className="h-5 w-px bg-line" />
      <span className="truncate font-semibold" title={chart?.name}>
        {chart?.name}
      </span>
      {timeframe !== null && <Kbd>{formatTimeframe(timeframe)}</Kbd>}
      <span className="min-w-0 flex-1 truncate text-muted" title={times.range(startTime, endTime)}>
        {times.range(startTime, endTime)}
        {bars && ` · ${formatCount(bars.last + edges.end - bars.first - edges.start + 1)} bars`}
      </span>
      <button
        type="button"
        onClick={open.run}
        className="flex shrink-0 items-center gap-1.5 text-muted hover:text-text"
      >
        <span className="hidden min-[1360px]:inline">Open chart</span> <Kbd>{open.shortcut}</Kbd>
      </button>
    </div>
  );
}

/** The score as a bar, and what has been said. */
function Said({ candidate }: { candidate: Candidate }) {
  const { board, labels, source, set, charts } = useBoardPage();
  const isLater = useBoardState(({ later }) => later.includes(candidate.uid));
  useBoardState((state) => state.version);
  const { score, label, uid } = candidate;
  const { state, icon: Icon, text } = verdictOf(labels, label, board.answerTo(uid), isLater);
  const records = charts?.get(candidate.chartId)?.session.editor.records();
  const question =
    records && source.question?.(records, uid, (name) => labelStyle(labels, name).text);
  const basis = basisOf(set, candidate);
  const said = state === 'open' ? (question ?? 'Waits for your answer') : text;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="text-muted">{source.scoreName}</span>
      <span className="h-1 w-32 overflow-hidden rounded-full bg-line">
        <span className="block h-full bg-accent" style={{ width: `${score * 100}%` }} />
      </span>
      <span className="tabular-nums">{formatScore(score)}</span>
      <span className="flex-1" />
      {/* A question has a line of its own, so that the chart keeps its height from one to the next. */}
      <span
        className={`flex min-w-0 items-center gap-1.5 ${question ? 'basis-full' : ''} ${VERDICT_COLOR[state]}`}
      >
        <Icon size={14} className="shrink-0" />
        <span>{said}</span>
      </span>
      {set.evidence.length > 0 && (
        <span
          className="min-w-0 basis-full truncate text-muted text-xs"
          data-testid="basis"
          title={basis ?? undefined}
        >
          {basis}
        </span>
      )}
    </div>
  );
}

/** What a prediction must not be read without. */
function Doubts({ candidate }: { candidate: Candidate }) {
  const { set, labels } = useBoardPage();
  const { data } = trpc.predictions.conditions.useQuery(
    { chartId: candidate.chartId, runId: set.runId ?? 0 },
    { enabled: set.runId !== null, placeholderData: () => undefined },
  );
  const doubts = useMemo(() => doubtsBy(data, labels), [data, labels])(candidate);
  return (
    doubts.length > 0 && (
      <div>
        <DoubtLines doubts={doubts} />
      </div>
    )
  );
}

function LabelRow({ candidate }: { candidate: Candidate }) {
  const { labels } = useBoardPage();
  const start = useBoardCommand('edgeStart');
  const end = useBoardCommand('edgeEnd');
  const back = useBoardCommand('edgeBack');
  const forward = useBoardCommand('edgeForward');
  const edges = useBoardState((state) => state.edges);
  const { text, color } = labelStyle(labels, candidate.label);
  const own = labels.find(({ name }) => name === candidate.label);
  const others = hotkeysText(labels);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-muted">
      <span className="flex items-center gap-2">
        Label
        <span className="flex h-7 items-center gap-2 rounded-md border border-line bg-raised px-2 text-text">
          <Swatch color={color} /> {text} {own?.key && <Kbd>{keyText(own.key)}</Kbd>}
        </span>
        {others && (
          <>
            or <Kbd>{others}</Kbd> for another
          </>
        )}
      </span>
      <span className="flex-1" />
      <span className="flex items-center gap-1.5">
        {edges ? `${capitalized(edges.chosen)} moves` : 'Edges'}
        <KeyButton {...start} /> <KeyButton {...end} /> then <KeyButton {...back} />
        <KeyButton {...forward} />
      </span>
    </div>
  );
}

function KeyButton(props: { title: string; shortcut: string | undefined; run: () => void }) {
  return (
    <button type="button" title={props.title} aria-label={props.title} onClick={props.run}>
      <Kbd className="hover:border-faint hover:text-text">{props.shortcut}</Kbd>
    </button>
  );
}

function AnswerButton(props: { command: BoardCommandId; name: string; variant?: 'solid' }) {
  const { command, name, ...look } = props;
  const { title, shortcut, run } = useBoardCommand(command);
  return (
    <Button title={title} shortcut={shortcut} onClick={run} className="h-9" {...look}>
      {name}
    </Button>
  );
}
