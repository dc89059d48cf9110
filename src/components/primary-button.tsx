import { type ComponentProps, useEffect, useRef } from 'react';
import { Button } from './button';

/** What Enter does when a step of a dialog comes up. */
export function PrimaryButton(props: Omit<ComponentProps<typeof Button>, 'variant' | 'ref'>) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return <Button ref={button} variant="solid" {...props} />;
}
