'use client';

import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

/** Takes a file that is dropped anywhere on the page, and says so while one is held over it. */
export function PageDrop({ onFile }: { onFile: (file: File) => void }) {
  const [isOver, setIsOver] = useState(false);
  const take = useRef(onFile);
  take.current = onFile;
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      take.current(file);
    };
    window.addEventListener('dragover', over, { signal });
    window.addEventListener('dragleave', leave, { signal });
    window.addEventListener('drop', drop, { signal });
    return () => ended.abort();
  }, []);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-30 grid place-items-center rounded-lg border-2 border-accent border-dashed bg-canvas/80">
      <p className="flex items-center gap-2 font-semibold text-sm">
        <FileUp size={20} strokeWidth={1.75} className="text-accent" /> Drop the file to import it
      </p>
    </div>
  );
}
