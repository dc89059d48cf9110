'use client';

import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { moved } from './groups';

/** What can be done to the label set but for making and editing a label, and why the last of it failed. */
export function useLabelSet() {
  const { labels, view } = useSession();
  const utils = trpc.useUtils();
  const settled = { onSettled: () => utils.spans.types.invalidate() };
  const update = trpc.spans.updateType.useMutation(settled);
  const reorder = trpc.spans.reorderTypes.useMutation(settled);
  const remove = trpc.spans.deleteType.useMutation(settled);
  const all = [update, reorder, remove];

  /** New spans must not get a label that is on its way out. */
  const leave = ({ name }: SpanLabelType) => {
    if (view.getState().activeLabel !== name) return;
    const other = labels.find((label) => label.isActive && label.name !== name);
    view.setState({ activeLabel: other?.name ?? null });
  };
  const dismiss = () => {
    for (const { reset } of all) reset();
  };

  return {
    error: all.find(({ error }) => error)?.error,
    dismiss,
    /** Puts a label in the place of another one, and into its group. */
    async move(label: SpanLabelType, to: SpanLabelType) {
      dismiss();
      const { ids, groupName } = moved(labels, label, to);
      if (label.groupName !== groupName) await update.mutateAsync({ id: label.id, groupName });
      reorder.mutate({ ids });
    },
    setActive(label: SpanLabelType, isActive: boolean) {
      dismiss();
      update.mutate({ id: label.id, isActive }, { onSuccess: () => isActive || leave(label) });
    },
    remove(label: SpanLabelType) {
      dismiss();
      remove.mutate({ id: label.id }, { onSuccess: () => leave(label) });
    },
  };
}
