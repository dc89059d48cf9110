import clsx from 'clsx';
import { type LucideIcon, Trash2 } from 'lucide-react';
import { Tooltip } from '@/components/tooltip';
import type { CommandId } from '../session/command';
import { useCommand, useShortcut } from '../session/command-context';

/** A command as an icon, in the head of a panel. */
export function CommandIcon({ command, icon }: { command: CommandId; icon: LucideIcon }) {
  const { title, shortcut, run } = useCommand(command);
  return <HeadIcon text={title} shortcut={shortcut} icon={icon} onClick={run} />;
}

/** Takes the selected record away, as its key does. */
export function DeleteIcon({ what, onClick }: { what: string; onClick: () => void }) {
  const shortcut = useShortcut('delete');
  return <HeadIcon danger text={`Delete this ${what}`} icon={Trash2} {...{ shortcut, onClick }} />;
}

function HeadIcon(props: {
  text: string;
  shortcut: string | undefined;
  icon: LucideIcon;
  danger?: boolean;
  onClick: () => void;
}) {
  const { text, shortcut, icon: Icon, danger = false, onClick } = props;
  return (
    <Tooltip text={text} shortcut={shortcut}>
      <button
        type="button"
        aria-label={text}
        onClick={onClick}
        className={clsx(
          'rounded-md p-1 text-muted hover:bg-raised',
          danger ? 'hover:text-down' : 'hover:text-text',
        )}
      >
        <Icon size={15} />
      </button>
    </Tooltip>
  );
}
