'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { Notice } from '@/components/notice';
import { useInitialFocus } from '@/components/use-initial-focus';
import type { SpanLabelType } from '@/contract/spans';
import { trpc } from '@/trpc/client';
import { useSession } from '../session/session';
import { suggestColors } from './colors';
import { nameFor } from './name-for';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];
const FIELD = 'h-8 w-full rounded-md border border-line bg-raised px-2';

/** Makes a label, or changes one. */
export function LabelDialog({
  label,
  onClose,
}: {
  label: SpanLabelType | null;
  onClose: () => void;
}) {
  const { labels, view } = useSession();
  const utils = trpc.useUtils();
  // Shown colours may be others, while a person wants those that are safe for colour blindness.
  const types = trpc.spans.types.useQuery().data ?? [];
  const stored = types.find(({ id }) => id === label?.id);
  const others = labels.filter(({ id }) => id !== label?.id);
  const free = KEYS.find((key) => !others.some((other) => other.isActive && other.hotkey === key));
  // The colours that look least like those of the other labels, the best first.
  const [colors] = useState(() => {
    const taken = types
      .filter((type) => type.isActive && type !== stored)
      .map(({ color }) => color);
    return stored ? [stored.color, ...suggestColors(taken, 6)] : suggestColors(taken, 7);
  });
  const [fields, setFields] = useState({
    displayName: label?.displayName ?? '',
    name: label?.name ?? null,
    color: stored?.color ?? colors[0] ?? '',
    groupName: label?.groupName ?? '',
    hotkey: label ? label.hotkey : (free ?? null),
  });
  const change = (part: Partial<typeof fields>) => setFields({ ...fields, ...part });
  const name = fields.name ?? nameFor(fields.displayName);

  const done = {
    onSuccess: async (saved: SpanLabelType) => {
      if (label && view.getState().activeLabel === label.name) {
        view.setState({ activeLabel: saved.name });
      }
      await utils.spans.types.invalidate();
      onClose();
    },
  };
  const create = trpc.spans.createType.useMutation(done);
  const update = trpc.spans.updateType.useMutation(done);
  const { error, isPending } = label ? update : create;

  return (
    <Dialog title={label ? 'Edit this label' : 'New label'} onClose={onClose} width={420}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const saved = { ...fields, name, groupName: fields.groupName.trim() || null };
          if (label) update.mutate({ id: label.id, ...saved });
          else create.mutate(saved);
        }}
      >
        <Field label="Display name">
          <input
            ref={useInitialFocus<HTMLInputElement>()}
            value={fields.displayName}
            maxLength={100}
            onChange={(event) => change({ displayName: event.target.value })}
            className={FIELD}
          />
        </Field>
        <Field label="Key">
          <input
            value={name}
            maxLength={100}
            onChange={(event) => change({ name: event.target.value })}
            className={FIELD}
          />
        </Field>
        {label && name.trim() !== label.name && (
          <p className="text-muted text-xs">
            Every span labelled {label.name}, on every chart, gets the new key.
          </p>
        )}
        <Field label="Group">
          <input
            value={fields.groupName}
            maxLength={100}
            list="label-groups"
            placeholder="None"
            onChange={(event) => change({ groupName: event.target.value })}
            className={FIELD}
          />
        </Field>
        <datalist id="label-groups">
          {[...new Set(labels.flatMap(({ groupName }) => groupName ?? []))].map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
        <Field label="Colour">
          <span className="flex items-center gap-1.5">
            {colors.map((color) => (
              <button
                key={color}
                type="button"
                aria-label={color}
                aria-pressed={color === fields.color}
                onClick={() => change({ color })}
                className="size-6 rounded-md border-2 border-transparent aria-pressed:border-text"
                style={{ background: color }}
              />
            ))}
            <input
              type="color"
              aria-label="Another colour"
              value={fields.color}
              onChange={(event) => change({ color: event.target.value })}
              className="h-6 w-9"
            />
          </span>
        </Field>
        <Field label="Hotkey">
          <select
            value={fields.hotkey ?? ''}
            onChange={(event) => change({ hotkey: event.target.value || null })}
            className={FIELD}
          >
            <option value="">None</option>
            {KEYS.map((key) => {
              const holder = others.find((other) => other.isActive && other.hotkey === key);
              return (
                <option key={key} value={key}>
                  {key}
                  {holder ? ` (${holder.displayName})` : ''}
                </option>
              );
            })}
          </select>
        </Field>
        {error && <Notice tone="error">{error.message}</Notice>}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="solid"
            disabled={isPending || name.trim() === '' || fields.displayName.trim() === ''}
          >
            {label ? 'Save' : 'Create'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children.
    <label className="grid grid-cols-[120px_1fr] items-center gap-2">
      <span className="text-muted">{label}</span>
      {children}
    </label>
  );
}
