'use client';

import { clsx } from 'clsx';
import { FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Button } from '@/components/button';
import { useInitialFocus } from '@/components/use-initial-focus';

/** A place to drop files, or to pick them; `focused` puts the keyboard there. */
export function DropZone(props: { onFiles: (files: File[]) => void; focused?: boolean }) {
  const { onFiles, focused = false } = props;
  const input = useRef<HTMLInputElement>(null);
  const button = useInitialFocus<HTMLButtonElement>(focused);
  const [over, setOver] = useState(false);
  function drop(event: DragEvent) {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(files);
  }
  return (
    <section
      aria-label="Drop a file here"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={clsx(
        'flex flex-col items-center gap-3 rounded-lg border border-dashed px-6 py-9 text-center',
        over ? 'border-accent bg-accent-bg' : 'border-line',
      )}
    >
      <FileUp size={26} strokeWidth={1.5} className="text-muted" />
      <p>
        Drop a file here, or{' '}
        <Button ref={button} className="ml-1" onClick={() => input.current?.click()}>
          choose one
        </Button>
      </p>
      <p className="text-muted text-xs">
        Candles as CSV, JSON, Parquet or Excel, or labels as an export writes them; in gzip or zip,
        too. What it holds is recognised and shown before anything is stored. Several files, such as
        months, become one chart.
      </p>
      <input
        ref={input}
        type="file"
        multiple
        accept=".csv,.txt,.tsv,.json,.jsonl,.ndjson,.parquet,.xlsx,.gz,.zip,text/csv"
        aria-label="File"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          if (files.length > 0) onFiles(files);
          // Choosing the same file again after a mend has to be noticed.
          event.target.value = '';
        }}
      />
    </section>
  );
}
