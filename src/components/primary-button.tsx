import type { ComponentProps } from 'react';
import { Button } from './button';
import { useInitialFocus } from './use-initial-focus';

/** What Enter does when a step of a dialog comes up. */
export function PrimaryButton(props: Omit<ComponentProps<typeof Button>, 'variant' | 'ref'>) {
  return <Button ref={useInitialFocus()} variant="solid" {...props} />;
}
