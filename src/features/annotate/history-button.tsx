import { History } from 'lucide-react';
import { Tooltip } from '@/components/tooltip';
import { useCommand } from '../session/command-context';

/** Opens what was done to the selected record. */
export function HistoryButton() {
  const { title, shortcut, run } = useCommand('record.history');
  return (
    <Tooltip text={title} shortcut={shortcut}>
      <button
        type="button"
        aria-label={title}
        onClick={run}
        className="rounded-md p-1 text-muted hover:bg-raised hover:text-text"
      >
        <History size={15} />
      </button>
    </Tooltip>
  );
}
