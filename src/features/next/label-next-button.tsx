'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/button';
import { reasonOf, trpc } from '@/trpc/client';
import { askNext, LABEL_NEXT_KEY, nextAddress } from '../session/ask-next';
import { keyOf, keyText } from '../session/command';
import { isTyping } from '../session/is-typing';
import { openSession } from '../session/open-sessions';

/** Goes to the window to look at now, from any page outside a chart, by its button or its key. */
export function LabelNextButton() {
  const utils = trpc.useUtils();
  const router = useRouter();
  const [said, setSaid] = useState<string | null>(null);
  const isAsking = useRef(false);
  const go = useCallback(async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    setSaid('Looking…');
    try {
      const next = await askNext(utils.client);
      setSaid(next.problem ?? (next.window ? null : 'Nothing is left to look at.'));
      if (!next.window) return;
      openSession(next.window.chartId, utils, null).view.setState({ next });
      router.push(nextAddress(next.window));
    } catch (error) {
      setSaid(reasonOf(error));
    } finally {
      isAsking.current = false;
    }
  }, [utils, router]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target) || event.repeat) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (keyOf(event) !== LABEL_NEXT_KEY) return;
      event.preventDefault();
      void go();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [go]);
  return (
    <>
      <span role="status" className="px-2 text-muted empty:p-0">
        {said}
      </span>
      <Button shortcut={keyText(LABEL_NEXT_KEY)} onClick={() => void go()}>
        Label next
      </Button>
    </>
  );
}
