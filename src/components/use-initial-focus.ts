import { useLayoutEffect, useRef } from 'react';

/**
 * Puts the keyboard on the element as it comes up, unless it is not `wanted` there. Within the event that opens a
 * dialog, so that the next keys are typed in it: a dialog leaves the focus where it is within it.
 */
export function useInitialFocus<T extends HTMLElement>(wanted = true) {
  const element = useRef<T>(null);
  useLayoutEffect(() => {
    if (wanted) element.current?.focus();
  }, [wanted]);
  return element;
}
