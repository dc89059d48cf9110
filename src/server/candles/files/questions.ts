import type { ColumnRole, Mapping, Question } from '@/contract/uploads';
import type { PriceRole } from './column-names';
import { type Column, called } from './columns';

/** Which columns are which, left open: each answer says the column of some roles, or that there is none. */
export type ColumnChoice = {
  text: string;
  answers: { label: string; roles: Partial<Record<ColumnRole, number | null>> }[];
};

/** What detection hands on beside the mapping: what it leaves open, and what is worth knowing. */
export type Remarks = { questions: Question[]; choices: ColumnChoice[]; notes: string[] };

export const noRemarks = (): Remarks => ({ questions: [], choices: [], notes: [] });

/** In a shell, between quotes where it has to be. */
export const shellWord = (text: string) =>
  /^[\w./:=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A choice as a question, with the other roles as they were found. */
export function askForColumns(
  { text, answers }: ColumnChoice,
  found: Mapping['columns'],
  all: Column[],
): Question {
  return {
    field: 'columns',
    text,
    answers: answers.map(({ label, roles }) => {
      const columns = found.map((role) => (role in roles ? 'ignore' : role));
      for (const [role, index] of Object.entries(roles)) {
        if (index !== null && index !== undefined) columns[index] = role as ColumnRole;
      }
      return { label, sets: { columns }, option: mapOption(columns, all) };
    }),
    assumed: null,
  };
}

/** `--map` with every column that is taken. */
export function mapOption(columns: Mapping['columns'], all: Pick<Column, 'label' | 'index'>[]) {
  const pairs = columns.flatMap((role, i) =>
    role === 'ignore' ? [] : [`${role}=${nameOf(all, i)}`],
  );
  return `--map ${shellWord(pairs.join(','))}`;
}

/** By its number where its name is not its own, or would be taken apart. */
function nameOf(all: Pick<Column, 'label' | 'index'>[], index: number): string {
  const name = called(all[index]!);
  const same = all.filter((each) => called(each).toLowerCase() === name.toLowerCase());
  return same.length === 1 && !/[,=]/.test(name) ? name : String(index + 1);
}

/** `open “Open”, high column 3`, for people. */
export const listColumns = (set: Record<PriceRole, number>, all: Column[]) =>
  (Object.entries(set) as [PriceRole, number][])
    .map(([role, index]) => `${role} ${shown(all[index]!)}`)
    .join(', ');

export const shown = ({ label, index }: Pick<Column, 'label' | 'index'>) =>
  label.trim() === '' ? `column ${index + 1}` : `“${label.trim()}”`;
