import { type RefCallback, useCallback } from 'react';

/**
 * Puts the keyboard on the element as it comes up, unless it is not `wanted` there: in a dialog within the event
 * that opens it, so that the next keys are typed in it. A dialog leaves the focus where it is inside.
 */
export const useInitialFocus = <T extends HTMLElement>(wanted = true): RefCallback<T> =>
  useCallback((element) => void (wanted && element?.focus()), [wanted]);
