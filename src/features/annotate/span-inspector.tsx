'use client';

import { History, ScanSearch } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatPercent } from '@/components/format';
import { Kbd } from '@/components/kbd';
import { Segmented } from '@/components/segmented';
import { NEGATIVE_LABEL, type Outcome } from '@/contract/spans';
import type { SpanRecord } from '@/editor/kinds/span';
import { SpanOutcome } from '../outcomes/span-outcome';
import { type CommandId, keyText } from '../session/command';
import { useShortcut } from '../session/command-context';
import { removeRecord } from '../session/commands';
import { labelStyle } from '../session/label-style';
import { isLetBe } from '../session/overlaps';
import { useSession } from '../session/session';
import { AnchorSteps } from './anchor-steps';
import { CommandIcon, DeleteIcon } from './head-icons';

import { NotesField } from './notes-field';
import { PartFields } from './part-fields';
import { RangeFields } from './range-fields';
import { StaleLine } from './stale';
import { Swatch } from './swatch';
import { useBars, useChange } from './use-bars';

export const OUTCOMES: { value: Outcome; text: string }[] = [
  { value: 'win', text: 'Win' },
  { value: 'loss', text: 'Loss' },
  { value: 'breakeven', text: 'Even' },
];

export function SpanInspector({ record: span }: { record: SpanRecord }) {
  const session = useSession();
  const { labels, editor } = session;
  const bars = useBars(span.startTime, span.endTime);
  const change = useChange(span.startTime, span.endTime);
  const { text, color } = labelStyle(labels, span.label);
  const key = labels.find(({ name }) => name === span.label)?.key;
  const known = labels.some(({ name }) => name === span.label);
  return (
    <section aria-label="Span" className="shrink-0 overflow-y-auto px-3.5 pt-3 pb-3.5">
      <header className="mb-2 flex h-7 items-center gap-2">
        <h2 className="whitespace-nowrap font-semibold">
          {span.id === null ? 'New span' : `Span #${span.id}`}
        </h2>
        <span className="min-w-0 truncate text-muted text-xs">
          {bars}
          {change !== null && ` · ${formatPercent(change)}`}
        </span>
        <span className="flex-1" />
        <AnchorSteps />
        {span.label !== NEGATIVE_LABEL && (
          <CommandIcon command="search.similar" icon={ScanSearch} />
        )}
        <CommandIcon command="record.history" icon={History} />
        <DeleteIcon what="span" onClick={() => removeRecord(session, span.uid)} />
      </header>
      <StaleLine record={span} />
      <Row name="Label">
        <span className="relative flex h-7 items-center gap-2 rounded-md border border-line bg-raised px-2">
          <Swatch color={span.color ?? color} />
          <span className="min-w-0 flex-1 truncate">{text}</span>
          {key && <Kbd>{keyText(key)}</Kbd>}
          <select
            aria-label="Label"
            value={span.label}
            onChange={(event) => {
              if (!isLetBe(session, { ...span, label: event.target.value })) return;
              editor.update(span, { label: event.target.value });
              session.view.setState({ activeLabel: event.target.value });
            }}
            className="absolute inset-0 cursor-pointer opacity-0"
          >
            {!known && <option value={span.label}>{text}</option>}
            {labels.map(({ name, displayName }) => (
              <option key={name} value={name}>
                {displayName}
              </option>
            ))}
            {span.label !== NEGATIVE_LABEL && <option value={NEGATIVE_LABEL}>No pattern</option>}
          </select>
        </span>
      </Row>
      <Row name="Range">
        <RangeFields
          range={span}
          what=""
          onChange={(range) => {
            if (isLetBe(session, { ...span, ...range })) editor.update(span, range);
          }}
        />
      </Row>
      <Row name="Confidence">
        <Segmented
          label="Confidence"
          value={span.confidence}
          options={[1, 2, 3, 4, 5].map((value) => ({ value, text: value }))}
          onChange={(confidence) => editor.update(span, { confidence })}
        />
      </Row>
      <Row name="Outcome">
        <Segmented
          label="Outcome"
          value={span.outcome}
          options={OUTCOMES}
          onChange={(outcome) => editor.update(span, { outcome })}
        />
      </Row>
      {span.label !== NEGATIVE_LABEL && (
        <Row name="After it">
          <SpanOutcome span={span} />
        </Row>
      )}
      {span.label !== NEGATIVE_LABEL && (
        <Row name="Parts">
          <PartFields span={span} />
        </Row>
      )}
      <Row name="Notes">
        <NotesField record={span} />
      </Row>
    </section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="mb-2 grid grid-cols-[80px_1fr] items-start gap-3 last:mb-0">
      <span className="pt-1 text-muted">{name}</span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

export function NothingSelected() {
  return (
    <section aria-label="Span" className="shrink-0 px-3.5 py-4 text-muted">
      <h2 className="mb-2 font-semibold text-text">Nothing selected</h2>
      <dl className="grid grid-cols-[minmax(48px,auto)_1fr] gap-x-2 gap-y-1.5">
        <KeyLine command="tool.span">then drag over a pattern to draw a span</KeyLine>
        <KeyLine command="label">choose its label</KeyLine>
        <KeyLine command="tool.select">then click a span to select it</KeyLine>
      </dl>
    </section>
  );
}

function KeyLine({ command, children }: { command: CommandId; children: ReactNode }) {
  const shortcut = useShortcut(command);
  if (!shortcut) return null;
  return (
    <div className="contents">
      <dt>
        <Kbd>{shortcut}</Kbd>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
