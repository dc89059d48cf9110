'use client';

import { Plus, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/components/button';
import { derivedCounts } from '@/editor/derived';
import { type Part, partsOf, withPartChanged } from '@/editor/kinds/parts';
import type { SpanRecord } from '@/editor/kinds/span';
import { useCommand } from '../session/command-context';
import { removePart } from '../session/parts';
import { useRecords, useSession, useView } from '../session/session';
import { RangeFields } from './range-fields';

/** The parts of a span: their names, their ranges, and the way to another one. */
export function PartFields({ span }: { span: SpanRecord }) {
  const { editor, view } = useSession();
  const add = useCommand('part.add');
  const parts = partsOf(span);
  const others = (span.subSpans ?? []).filter(
    (_, index) => !parts.some((part) => part.index === index),
  );
  const names = useId();
  return (
    <div className="flex flex-col gap-1.5">
      {parts.length > 0 && <Names id={names} />}
      {parts.map(({ index, ...part }) => (
        <div key={index}>
          <div className="flex items-center gap-1">
            <PartName
              part={part}
              index={index}
              names={names}
              onName={(name) => editor.update(span, withPartChanged(span, index, { name }))}
            />
            <button
              type="button"
              aria-label={`Delete the part ${part.name}`}
              onClick={() => {
                view.setState({ part: { index, isNew: false } });
                removePart({ editor, view });
              }}
              className="rounded-md p-1 text-muted hover:bg-raised hover:text-down"
            >
              <X size={15} />
            </button>
          </div>
          <div className="mt-0.5">
            <RangeFields
              range={part}
              what={part.name}
              within={span}
              onChange={(range) => editor.update(span, withPartChanged(span, index, range))}
            />
          </div>
          {(part.startTime < span.startTime || part.endTime > span.endTime) && (
            <p className="text-warning text-xs">Reaches out of the span.</p>
          )}
        </div>
      ))}
      {others.map((part) => (
        <code key={JSON.stringify(part)} className="truncate text-muted text-xs">
          {JSON.stringify(part)}
        </code>
      ))}
      <Button icon={<Plus size={14} />} shortcut={add.shortcut} onClick={add.run}>
        Add part
      </Button>
    </div>
  );
}

function PartName(props: {
  part: Part;
  index: number;
  names: string;
  onName: (name: string) => void;
}) {
  const { part, index, names, onName } = props;
  const { view } = useSession();
  const chosen = useView((state) => state.part);
  const isChosen = chosen?.index === index;
  const isNew = isChosen && chosen.isNew;
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState<string | null>(null);
  // What Escape has dropped is not taken when the field is left by it.
  const typed = useRef<string | null>(null);
  const type = (next: string | null) => {
    typed.current = next;
    setText(next);
  };
  useEffect(() => {
    if (!isNew) return;
    input.current?.focus();
    input.current?.select();
    view.setState({ part: { index, isNew: false } });
  }, [isNew, index, view]);
  return (
    <input
      ref={input}
      aria-label={`Name of part ${index + 1}`}
      list={names}
      maxLength={100}
      autoComplete="off"
      value={text ?? part.name}
      onFocus={() => view.setState({ part: { index, isNew: false }, edge: null })}
      onChange={(event) => type(event.target.value)}
      onBlur={() => {
        const name = typed.current?.trim();
        if (name && name !== part.name) onName(name);
        type(null);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') type(null);
        if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
      }}
      className={`h-7 min-w-0 flex-1 rounded-md border bg-raised px-2 ${isChosen ? 'border-accent' : 'border-line'}`}
    />
  );
}

const partCountsOf = derivedCounts((record) =>
  record.kind === 'span' ? partsOf(record).map(({ name }) => name) : [],
);

/** The names that parts on this chart have, to choose from. */
function Names({ id }: { id: string }) {
  const records = useRecords();
  const names = [...partCountsOf(records).keys()].sort();
  return (
    <datalist id={id}>
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}
