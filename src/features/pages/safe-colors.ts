import { useMemo } from 'react';
import type { Theme } from './theme';
import { useChoice } from './use-chart-theme';
import { useTheme } from './use-theme';

/**
 * Colours that stay apart for every kind of colour blindness, and from the canvas: of those of Okabe and Ito
 * and of Tol the eight of a contrast of 3 at least whose nearest two are farthest apart for whoever sees them worst.
 * https://jfly.uni-koeln.de/color/ and https://personal.sron.nl/~pault/
 */
export const SAFE_COLORS: Record<Theme, readonly string[]> = {
  dark: ['#56b4e9', '#d55e00', '#f0e442', '#0077bb', '#ffaabb', '#aa3377', '#ee8866', '#666633'],
  light: ['#0072b2', '#cc79a7', '#009e73', '#aa3377', '#999933', '#663333', '#666633', '#222255'],
};

/** Types as they are shown: in safe colours while a person wants those; what is stored stays. */
export function useShownColors<Type extends { color: string }>(
  types: Type[] | undefined,
): Type[] | undefined {
  const isSafe = useChoice('palette') === 'safe';
  const colors = SAFE_COLORS[useTheme()];
  return useMemo(
    () =>
      isSafe
        ? types?.map((type, at) => ({ ...type, color: colors[at % colors.length] ?? type.color }))
        : types,
    [isSafe, colors, types],
  );
}
