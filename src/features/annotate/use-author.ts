'use client';

import type { SpanRecord } from '@/editor/kinds/span';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';

/** The name of who made a span; null while it is not known, as of one that is not saved yet. */
export function useAuthor(span: SpanRecord | null): string | null {
  const { chart } = useSession();
  const chartId = chart.id;
  const at = span?.startTime ?? 0;
  const isStored = span !== null && span.id !== null;
  const around = trpc.spans.list.useQuery({ chartId, from: at, to: at }, { enabled: isStored });
  const authors = trpc.spans.authors.useQuery({ chartId }, { enabled: isStored });
  const author = around.data?.find(({ uid }) => uid === span?.uid)?.createdBy ?? null;
  return author === null ? null : (authors.data?.find(({ id }) => id === author)?.name ?? author);
}
