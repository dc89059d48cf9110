import { useEffect, useRef } from 'react';

/** Puts the keyboard on the element when it comes up, unless it is not `wanted` there. */
export function useInitialFocus<T extends HTMLElement>(wanted = true) {
  const element = useRef<T>(null);
  useEffect(() => {
    if (!wanted) return;
    // A dialog first remembers what had the focus, to give it back.
    const timer = setTimeout(() => element.current?.focus());
    return () => clearTimeout(timer);
  }, [wanted]);
  return element;
}
