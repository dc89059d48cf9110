'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { FIELD, Field } from '@/components/field';
import { Notice } from '@/components/notice';
import type { RunSummary } from '@/contract/runs';
import { trpc } from '@/trpc/client';
import { runTitle } from '../../session/run-title';
import { isActive } from '../use-runs';

/** Naming a run, and deleting it with its predictions. */
export function RunActions({ run }: { run: RunSummary }) {
  const [open, setOpen] = useState<'name' | 'delete' | null>(null);
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => setOpen('name')}>Name…</Button>
      <Button variant="danger" disabled={isActive(run)} onClick={() => setOpen('delete')}>
        Delete…
      </Button>
      {open === 'name' && <NameDialog run={run} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteDialog run={run} onClose={() => setOpen(null)} />}
    </div>
  );
}

function NameDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const utils = trpc.useUtils();
  const [name, setName] = useState(run.name ?? '');
  const rename = trpc.runs.rename.useMutation({
    async onSuccess() {
      await utils.runs.invalidate();
      onClose();
    },
  });
  const save = () => rename.mutate({ runId: run.id, name: name.trim() || null });
  return (
    <Dialog
      title={`Name of run ${run.id}`}
      onClose={onClose}
      width={400}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="solid" disabled={rename.isPending} onClick={save}>
            Save
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field name="Name; empty for its number">
          <input
            className={FIELD}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </form>
      {rename.error && <Notice tone="error">{rename.error.message}</Notice>}
    </Dialog>
  );
}

function DeleteDialog({ run, onClose }: { run: RunSummary; onClose: () => void }) {
  const utils = trpc.useUtils();
  const router = useRouter();
  const remove = trpc.runs.delete.useMutation({
    async onSuccess() {
      router.push('/models');
      await utils.runs.invalidate();
    },
  });
  return (
    <Dialog
      title={`Delete ${runTitle(run)}?`}
      onClose={onClose}
      width={420}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ runId: run.id })}
          >
            Delete
          </Button>
        </>
      }
    >
      <p>
        Its model, its figures and its predictions go. The spans that people made of its predictions
        stay.
      </p>
      {remove.error && <Notice tone="error">{remove.error.message}</Notice>}
    </Dialog>
  );
}
