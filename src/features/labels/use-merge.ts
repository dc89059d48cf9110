'use client';

import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';

/** Merges one label into another, as one step of undo; what came of it is said over the chart. */
export function useMerge() {
  const { editor, view } = useSession();
  const utils = trpc.useUtils();
  const { client } = utils;
  const say = (notice: string) => view.setState({ notice });
  const settled = () =>
    Promise.all([utils.spans.types.invalidate(), utils.spans.counts.invalidate()]);

  const merge = async (from: SpanLabelType, into: SpanLabelType) => {
    const { spans, charts } = await client.spans.mergeTypes.mutate({
      from: from.id,
      into: into.id,
    });
    if (view.getState().activeLabel === from.name) view.setState({ activeLabel: into.name });
    say(
      `${spansText(spans)} on ${chartsText(charts)} went from ${from.displayName} to ${into.displayName}.`,
    );
    await settled();
  };

  const unmerge = async ({ id, displayName }: SpanLabelType) => {
    const { spans, left } = await client.spans.unmergeType.mutate({ id });
    const rest = left > 0 ? ` ${spansText(left)} changed since and stayed as they are.` : '';
    say(`The merge is undone: ${displayName} has ${spansText(spans)} again.${rest}`);
    await settled();
  };

  /** Nobody waits for an answer, so a refusal is said over the chart too. */
  const inBackground = (change: () => Promise<void>) => () => {
    change().catch((error: Error) => say(error.message));
  };
  const remember = (undo: () => Promise<void>, redo: () => Promise<void>) =>
    editor.act({ undo: inBackground(undo), redo: inBackground(redo) });

  return {
    async merge(from: SpanLabelType, into: SpanLabelType) {
      await merge(from, into);
      remember(
        () => unmerge(from),
        () => merge(from, into),
      );
    },
    unmerge(from: SpanLabelType, into: SpanLabelType) {
      inBackground(async () => {
        await unmerge(from);
        remember(
          () => merge(from, into),
          () => unmerge(from),
        );
      })();
    },
  };
}

export const spansText = (count: number) => `${count} ${count === 1 ? 'span' : 'spans'}`;
export const chartsText = (count: number) => `${count} ${count === 1 ? 'chart' : 'charts'}`;
