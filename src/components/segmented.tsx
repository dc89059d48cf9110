import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** One choice of a few, as a row of buttons; choosing the chosen one again clears it. */
export function Segmented<T extends string | number>(props: {
  label: string;
  value: T | null;
  options: { value: T; text: ReactNode }[];
  onChange: (value: T | null) => void;
}) {
  return (
    <fieldset
      aria-label={props.label}
      className="flex overflow-hidden rounded-md border border-line bg-raised"
    >
      {props.options.map(({ value, text }) => {
        const chosen = value === props.value;
        return (
          <button
            key={value}
            type="button"
            aria-pressed={chosen}
            onClick={() => props.onChange(chosen ? null : value)}
            className={clsx(
              'h-[26px] flex-1 border-line border-r last:border-r-0',
              chosen ? 'bg-accent-bg font-semibold text-accent' : 'text-muted hover:text-text',
            )}
          >
            {text}
          </button>
        );
      })}
    </fieldset>
  );
}
