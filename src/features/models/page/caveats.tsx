import type { TrainingRun } from '@/contract/runs';
import { caveatsOf } from './compare';

/** Stands wherever a run's figures or predictions do. */
export const Caveats = ({ run }: { run: Pick<TrainingRun, 'params' | 'dataset'> }) =>
  caveatsOf(run).map((caveat) => (
    <p key={caveat} className="mt-1.5 text-warning text-xs">
      {caveat}
    </p>
  ));
