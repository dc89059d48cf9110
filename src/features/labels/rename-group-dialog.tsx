'use client';

import { RenameDialog } from '@/components/rename-dialog';
import { trpc } from '@/trpc/client';

export function RenameGroupDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const utils = trpc.useUtils();
  const rename = trpc.spans.renameGroup.useMutation({
    async onSuccess() {
      await utils.spans.invalidate();
      onClose();
    },
  });
  return (
    <RenameDialog
      title="Rename this group"
      name={name}
      maxLength={100}
      problem={rename.error?.message}
      isPending={rename.isPending}
      onRename={(newName) => rename.mutate({ name, newName })}
      onClose={onClose}
    />
  );
}
