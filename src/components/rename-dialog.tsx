'use client';

import { useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { Notice } from './notice';
import { useInitialFocus } from './use-initial-focus';

/** Asks for another name of something. */
export function RenameDialog(props: {
  title: string;
  name: string;
  maxLength: number;
  problem: string | undefined;
  isPending: boolean;
  onRename: (name: string) => void;
  onClose: () => void;
}) {
  const { title, maxLength, problem, isPending, onRename, onClose } = props;
  const [name, setName] = useState(props.name);
  return (
    <Dialog title={title} onClose={onClose} width={420}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onRename(name);
        }}
      >
        <input
          ref={useInitialFocus<HTMLInputElement>()}
          aria-label="Name"
          value={name}
          maxLength={maxLength}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
          className="h-8 w-full rounded-md border border-line bg-raised px-2"
        />
        {problem && (
          <div className="mt-3">
            <Notice tone="error">{problem}</Notice>
          </div>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={isPending || name.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
