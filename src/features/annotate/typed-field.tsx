'use client';

import { useRef, useState } from 'react';

/** What is shown and can be typed over: taken by Enter or by leaving it, dropped by Escape. */
export function TypedField(props: {
  label: string;
  shown: string;
  problemId: string | undefined;
  /** Answers whether it is taken. */
  onTake: (text: string) => boolean | Promise<boolean>;
  onDrop: () => void;
}) {
  const { label, shown, problemId, onTake, onDrop } = props;
  const [text, setText] = useState<string | null>(null);
  // What Escape has dropped is not taken when the field is left by it.
  const typed = useRef<string | null>(null);
  const type = (next: string | null) => {
    typed.current = next;
    setText(next);
  };
  const drop = () => {
    type(null);
    onDrop();
  };
  const take = async () => {
    const { current } = typed;
    if (current === null || current.trim() === shown) drop();
    else if (await onTake(current)) type(null);
  };
  return (
    <input
      aria-label={label}
      aria-invalid={problemId !== undefined}
      aria-describedby={problemId}
      autoComplete="off"
      spellCheck={false}
      value={text ?? shown}
      size={shown.length}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => type(event.target.value)}
      onBlur={() => void take()}
      onKeyDown={(event) => {
        if (event.key === 'Escape') drop();
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
      }}
      className="[field-sizing:content] min-w-8 rounded-sm bg-transparent px-1 py-0.5 outline-none focus:bg-panel"
    />
  );
}
