'use client';

import { useRouter } from 'next/navigation';
import { Button } from '@/components/button';
import { Notice } from '@/components/notice';
import { EXAMPLE } from '@/contract/example';
import { trpc } from '@/trpc/client';
import { nextAddress } from '../session/ask-next';

/** For who has nothing to label yet: a chart with labels and a run, and what they are. */
export function OpenExample() {
  const router = useRouter();
  const utils = trpc.useUtils();
  const open = trpc.example.open.useMutation({
    onSuccess(opened) {
      void utils.invalidate();
      router.push(nextAddress(opened, null));
    },
  });
  const isOpening = open.isPending || open.isSuccess;
  return (
    <section
      aria-label="Example"
      className="flex flex-col items-start gap-3 rounded-lg border border-line bg-panel p-5"
    >
      <p>
        Nothing at hand? S&amp;P 500 days since 2000, with {EXAMPLE.spans} spans that a rule found
        in the first years, and a model that is trained on them now.
      </p>
      <Button variant="solid" disabled={isOpening} onClick={() => open.mutate({})}>
        {isOpening ? 'Opening…' : 'Open the example'}
      </Button>
      <p className="text-muted text-xs">Deleting its chart takes all of it away.</p>
      {open.error && <Notice tone="error">{open.error.message}</Notice>}
    </section>
  );
}
