import { History } from 'lucide-react';
import { capitalized } from '@/components/format';
import { CommandIcon, DeleteIcon } from './head-icons';

/** What is selected, in a few words, and the button that deletes it. */
export function AnnotationHeader(props: {
  name: string;
  record: { id: number | null };
  text: string;
  onDelete: () => void;
}) {
  const { name, record, text, onDelete } = props;
  const title = capitalized(name);
  return (
    <header className="flex h-7 items-center gap-3">
      <h2 className="font-semibold">
        {record.id === null ? `New ${name}` : `${title} #${record.id}`}
      </h2>
      <span className="flex-1 whitespace-nowrap text-muted text-xs tabular-nums">{text}</span>
      <CommandIcon command="record.history" icon={History} />
      <DeleteIcon what={name} onClick={onDelete} />
    </header>
  );
}
