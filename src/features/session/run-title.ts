import type { RunSummary } from '@/contract/runs';

/** What a run is called: its name, or its number. */
export const runTitle = ({ id, name }: Pick<RunSummary, 'id' | 'name'>) => name ?? `Run ${id}`;
