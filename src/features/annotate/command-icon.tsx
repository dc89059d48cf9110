import type { LucideIcon } from 'lucide-react';
import { Tooltip } from '@/components/tooltip';
import type { CommandId } from '../session/command';
import { useCommand } from '../session/command-context';

/** A command as an icon, in the head of a panel. */
export function CommandIcon({ command, icon: Icon }: { command: CommandId; icon: LucideIcon }) {
  const { title, shortcut, run } = useCommand(command);
  return (
    <Tooltip text={title} shortcut={shortcut}>
      <button
        type="button"
        aria-label={title}
        onClick={run}
        className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
      >
        <Icon size={15} />
      </button>
    </Tooltip>
  );
}
