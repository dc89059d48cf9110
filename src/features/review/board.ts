import { createStore, type StoreApi } from 'zustand';
import type { BarsAround } from '@/chart/types';
import { NEGATIVE_LABEL } from '@/contract/spans';
import { type Diff, isEmpty } from '@/editor/diff';
import { type Answered, restAbove } from '../models/rest-above';
import type { ReviewAnswer } from '../session/commands';
import { keptText } from '../session/kept-text';
import type { OpenSession } from '../session/open-sessions';
import { type Edge, type Edges, movedEdge, rangeOf, UNMOVED } from './edges';
import { cellBeside, nextOf, nextPage, PAGE_SIZE } from './pages';
import type { Candidate, ReviewSource } from './sources/source';

/** A key that answered something, and what it took to come to it. */
export type Step = {
  /** What stands on the key. */
  cap: string;
  isYes: boolean;
  uids: readonly string[];
  chartIds: readonly number[];
  /** Keys from the answer before to this one, itself included. */
  presses: number;
};

export type BoardState = {
  /** Cells as they were laid out: those that were seen stay where they are. */
  pages: readonly (readonly string[])[];
  page: number;
  focus: string | null;
  /** Put off, in that order. */
  later: readonly string[];
  /** Edges of the focused candidate that are being corrected. */
  edges: Edges | null;
  /** The score from which on the rest is answered at once; null is the lowest on the page. */
  line: number | null;
  done: readonly Step[];
  undone: readonly Step[];
  /** Keys since the last answer. */
  presses: number;
  /** Why the last answer was refused. */
  refusal: string | null;
  /** Rises with each change of a record, so that what is drawn from them is drawn anew. */
  version: number;
};

export type BoardParts = {
  source: Pick<ReviewSource, 'answerTo' | 'answer' | 'isInBulk'>;
  sessionOf(chartId: number): Pick<OpenSession, 'editor'>;
  /** Why what an answer would change may not be; null where it may. */
  refusalOf(chartId: number, diff: Diff): string | null;
  /** The bars around a candidate that its edges can move in, if they are here. */
  windowOf(candidate: Candidate): BarsAround | null;
};

export type Board = ReturnType<typeof createBoard>;

/**
 * Goes through candidates of several charts. Answers are changes of each chart's records, which are saved
 * by its session; here is what comes next, what is in sight, and how it is taken back.
 */
export function createBoard({ source, sessionOf, refusalOf, windowOf }: BoardParts) {
  const store: StoreApi<BoardState> = createStore(() => ({
    pages: [],
    page: 0,
    focus: null,
    later: [],
    edges: null,
    line: null,
    done: [],
    undone: [],
    presses: 0,
    refusal: null,
    version: 0,
  }));
  /** All that there are, as they are to come. */
  let order: readonly Candidate[] = [];
  const known = new Map<string, Candidate>();
  const { getState, setState } = store;

  const candidateOf = (uid: string): Candidate | undefined => known.get(uid);

  function answerTo(uid: string): string | null | undefined {
    const candidate = known.get(uid);
    return candidate && source.answerTo(editorOf(candidate.chartId).records(), uid);
  }

  const editorOf = (chartId: number) => sessionOf(chartId).editor;
  const isOpen = (uid: string) => answerTo(uid) === null;

  /** What there is to go through, in order; cells that were seen stay. */
  function setCandidates(candidates: readonly Candidate[]) {
    order = candidates;
    for (const candidate of candidates) known.set(candidate.uid, candidate);
    dropGone();
    if (getState().focus === null) goOn();
    touch();
  }

  /** Cells that a newer ranking has left out, or that were deleted: there is nothing to answer in them. */
  function dropGone() {
    const isThere = (uid: string) => answerTo(uid) !== undefined;
    const { pages, later, focus } = getState();
    if (pages.flat().every(isThere)) return;
    setState({
      pages: pages.map((cells) => cells.filter(isThere)),
      later: later.filter(isThere),
    });
    if (focus !== null && !isThere(focus)) goOn();
  }

  /** The first that wait and were not in sight yet. */
  function upcoming(count?: number): Candidate[] {
    const seen = new Set(getState().pages.flat());
    return order.filter(({ uid }) => !seen.has(uid) && isOpen(uid)).slice(0, count);
  }

  const touch = () => setState(({ version }) => ({ version: version + 1 }));

  /** To the next that waits: on this page, on a later one, on a new one, and last what was put off. */
  function goOn() {
    const { pages, page, focus, later } = getState();
    setState({ edges: null });
    const isNext = (uid: string) => isOpen(uid) && !later.includes(uid);
    const here = nextOf(pages[page] ?? [], focus, isNext);
    if (here !== null) return setState({ focus: here });
    for (let next = page + 1; next < pages.length; next++) {
      const found = nextOf(pages[next] ?? [], null, isNext);
      if (found !== null) return setState({ page: next, focus: found, line: null });
    }
    openPage();
  }

  function openPage() {
    const { pages, focus, later } = getState();
    const last = focus === null ? undefined : known.get(focus);
    const waiting = upcoming();
    const putOff = later.flatMap((uid) => (isOpen(uid) ? (known.get(uid) ?? []) : []));
    const isNew = waiting.length > 0;
    const cells = isNew ? nextPage(waiting, last) : nextPage(putOff, last, putOff.length);
    const [first = null] = cells;
    if (first === null) return setState({ focus: null, later: [] });
    setState({
      pages: [...pages, cells],
      page: pages.length,
      focus: first,
      line: null,
      ...(isNew ? {} : { later: [] }),
    });
  }

  function remember(step: Omit<Step, 'presses' | 'chartIds'>) {
    const charts = new Set(step.uids.flatMap((uid) => known.get(uid)?.chartId ?? []));
    setState(({ done, presses }) => ({
      done: [...done, { ...step, chartIds: [...charts], presses: presses + 1 }],
      undone: [],
      presses: 0,
      refusal: null,
    }));
  }

  const press = () => setState(({ presses }) => ({ presses: presses + 1, refusal: null }));

  /** Why it was refused; null once it is answered. */
  function answer({ uid, chartId }: Candidate, said: ReviewAnswer): string | null {
    const editor = editorOf(chartId);
    const diff = editor.plan(() => source.answer({ editor }, uid, said));
    const refusal = said.label === NEGATIVE_LABEL ? null : refusalOf(chartId, diff);
    if (refusal === null) editor.apply(diff);
    return refusal;
  }

  /** Answers the focused one and goes on; the same answer again only goes on. */
  function answerFocused(cap: string, says: (candidate: Candidate) => ReviewAnswer) {
    const { focus } = getState();
    const candidate = focus === null ? undefined : known.get(focus);
    if (!candidate || answerTo(candidate.uid) === undefined) return;
    const { uid } = candidate;
    const said = says(candidate);
    if (answerTo(uid) === said.label && getState().edges === null) press();
    else {
      const refusal = answer(candidate, said);
      if (refusal !== null) {
        press();
        return setState({ refusal });
      }
      setState(({ later }) => ({ later: later.filter((each) => each !== uid) }));
      remember({ cap, isYes: said.label === candidate.label, uids: [uid] });
    }
    goOn();
  }

  /** With the edges that were moved, if any were. */
  function placed(candidate: Candidate): Pick<ReviewAnswer, 'startTime' | 'endTime'> {
    const { startTime, endTime } = candidate;
    const { edges } = getState();
    const bars = windowOf(candidate);
    return edges && bars ? rangeOf(candidate, edges, bars) : { startTime, endTime };
  }

  const rest = () => {
    const { pages, page, later, line, done } = getState();
    const open = (pages[page] ?? []).flatMap((uid) =>
      isOpen(uid) && !later.includes(uid) ? (known.get(uid) ?? []) : [],
    );
    return restAbove(open, singly(done), line);
  };

  /** Answers that were given one by one: what one key answered says nothing of the next such key. */
  function singly(done: readonly Step[]): Answered[] {
    const atOnce = new Set(done.flatMap(({ uids }) => (uids.length > 1 ? uids : [])));
    const isInBulk = (uid: string) => {
      const candidate = known.get(uid);
      const records = candidate && editorOf(candidate.chartId).records();
      return atOnce.has(uid) || (records && source.isInBulk?.(records, uid));
    };
    return order.flatMap(({ uid, score, label }) => {
      const answer = answerTo(uid);
      const isAnswer = answer !== null && answer !== undefined && !isInBulk(uid);
      return isAnswer ? { score, isYes: answer === label } : [];
    });
  }

  function answerRest(cap: string, isYes: boolean) {
    const { left, answered } = rest();
    if (left.length === 0 || answered === 0) return;
    const inBulk = left.length > 1;
    const refusals = new Map<string, string>();
    for (const id of new Set(left.map(({ chartId }) => chartId))) {
      editorOf(id).gesture(() => {
        for (const candidate of left) {
          const { uid, chartId, startTime, endTime } = candidate;
          if (chartId !== id) continue;
          const label = isYes ? candidate.label : NEGATIVE_LABEL;
          const refusal = answer(candidate, { startTime, endTime, label, inBulk });
          if (refusal !== null) refusals.set(uid, refusal);
        }
      });
    }
    const uids = left.flatMap(({ uid }) => (refusals.has(uid) ? [] : uid));
    if (uids.length > 0) remember({ cap, isYes, uids });
    else press();
    const [first] = refusals;
    if (!first) return goOn();
    const [uid, refusal] = first;
    look(uid);
    setState({ refusal: `${refusals.size} of ${left.length} stay open. ${refusal}` });
  }

  /** The charts where something came of it, and why not all did: somebody else has been there since. */
  function onCharts(step: Step, doing: 'undo' | 'redo') {
    const all = step.chartIds.map((chartId) => ({ chartId, taken: editorOf(chartId)[doing]() }));
    const texts = all.flatMap(({ taken }) => (taken && keptText(taken, doing)) ?? []);
    const taken = all.filter((each) => each.taken && !isEmpty(each.taken.diff));
    return { chartIds: taken.map(({ chartId }) => chartId), refusal: texts[0] ?? null };
  }

  function look(uid: string) {
    const { pages, page } = getState();
    const on = pages[page]?.includes(uid)
      ? page
      : pages.findLastIndex((cells) => cells.includes(uid));
    setState({
      focus: uid,
      edges: null,
      ...(on >= 0 && on !== page ? { page: on, line: null } : {}),
    });
  }

  return {
    state: store,
    setCandidates,
    touch,
    candidateOf,
    answerTo,
    placed,
    rest,
    all: (): readonly Candidate[] => order,
    counts(): { open: number; yes: number; no: number } {
      const counts = { open: 0, yes: 0, no: 0 };
      for (const { uid, label } of order) {
        const answer = answerTo(uid);
        if (answer === undefined) continue;
        counts[answer === null ? 'open' : answer === label ? 'yes' : 'no'] += 1;
      }
      return counts;
    },
    upcoming,
    /** Lays the cells out anew: another order, or other charts. */
    restart(candidates: readonly Candidate[]) {
      setState({ pages: [], page: 0, focus: null, later: [], edges: null, line: null });
      setCandidates(candidates);
    },
    accept: () =>
      answerFocused('Y', (candidate) => ({ label: candidate.label, ...placed(candidate) })),
    acceptAs: (cap: string, label: string) =>
      answerFocused(cap, (candidate) => ({ label, ...placed(candidate) })),
    reject: () =>
      answerFocused('N', ({ startTime, endTime }) => ({
        label: NEGATIVE_LABEL,
        startTime,
        endTime,
      })),
    acceptRest: () => answerRest('⇧Y', true),
    rejectRest: () => answerRest('⇧X', false),
    putOff() {
      const { focus } = getState();
      if (focus === null || !isOpen(focus)) return;
      press();
      setState(({ later }) => ({ later: [...later.filter((each) => each !== focus), focus] }));
      goOn();
    },
    /** Takes the last key back, be it one answer or many, and looks at it again. */
    undo() {
      const { done, undone } = getState();
      const step = done.at(-1);
      if (!step) return;
      const { chartIds, refusal } = onCharts(step, 'undo');
      setState(({ presses }) => ({
        done: done.slice(0, -1),
        undone: chartIds.length > 0 ? [...undone, { ...step, chartIds }] : undone,
        presses: presses + step.presses + 1,
        refusal,
      }));
      const [first] = step.uids;
      if (first !== undefined) look(first);
    },
    redo() {
      const { done, undone } = getState();
      const step = undone.at(-1);
      if (!step) return;
      const { chartIds, refusal } = onCharts(step, 'redo');
      setState(({ presses }) => ({
        done: chartIds.length > 0 ? [...done, { ...step, chartIds, presses: presses + 1 }] : done,
        undone: undone.slice(0, -1),
        presses: 0,
        refusal,
      }));
      goOn();
    },
    look,
    move(across: number, down: number) {
      const { pages, page, focus } = getState();
      const to = cellBeside(pages[page] ?? [], focus, { across, down });
      if (to === null) return;
      press();
      look(to);
    },
    /** Frees the edges of the focused one, or puts them back. */
    correct() {
      const { focus, edges } = getState();
      if (focus === null) return;
      press();
      setState({ edges: edges ? null : UNMOVED });
    },
    drop() {
      setState({ edges: null });
    },
    chooseEdge(chosen: Edge) {
      if (getState().focus === null) return;
      press();
      setState(({ edges }) => ({ edges: { ...(edges ?? UNMOVED), chosen } }));
    },
    /** Moves an edge by bars, to the other one at most and within the bars around. */
    moveEdge(by: number, edge?: Edge) {
      const { focus, edges } = getState();
      const candidate = focus === null ? undefined : known.get(focus);
      const bars = candidate && windowOf(candidate);
      if (!bars) return;
      const from = { ...(edges ?? UNMOVED), ...(edge ? { chosen: edge } : {}) };
      setState({ edges: movedEdge(from, by, bars) });
    },
    press,
    setLine(line: number | null) {
      setState({ line });
    },
    /**
     * What a newer order must not drop, the most important first: what is in sight, what may be before that order
     * is there, what was put off, and what an undo may bring back.
     */
    kept(): string[] {
      const { pages, page, later } = getState();
      const coming = upcoming(PAGE_SIZE).map(({ uid }) => uid);
      const before = pages[page - 1] ?? [];
      return [...new Set([...(pages[page] ?? []), ...coming, ...later, ...before])];
    },
  };
}
