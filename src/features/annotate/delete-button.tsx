import { Trash2 } from 'lucide-react';
import { Tooltip } from '@/components/tooltip';
import { useShortcut } from '../session/command-context';

/** Takes the selected record away, as its key does. */
export function DeleteButton({ what, onClick }: { what: string; onClick: () => void }) {
  const text = `Delete this ${what}`;
  return (
    <Tooltip text={text} shortcut={useShortcut('delete')}>
      <button
        type="button"
        aria-label={text}
        onClick={onClick}
        className="rounded-md p-1 text-muted hover:bg-raised hover:text-down"
      >
        <Trash2 size={16} />
      </button>
    </Tooltip>
  );
}
