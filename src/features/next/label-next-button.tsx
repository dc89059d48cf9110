'use client';

import { useEffect } from 'react';
import { Button } from '@/components/button';
import { LABEL_NEXT_KEY } from '../session/ask-next';
import { keyOf, keyText } from '../session/command';
import { isTyping } from '../session/is-typing';
import { useLabelNext } from './use-label-next';

/** Goes to the window to look at now, from any page outside a chart, by its button or its key. */
export function LabelNextButton() {
  const { go, isAsking, problem } = useLabelNext();
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
        {isAsking ? 'Looking…' : problem}
      </span>
      <Button shortcut={keyText(LABEL_NEXT_KEY)} onClick={() => void go()}>
        Label next
      </Button>
    </>
  );
}
