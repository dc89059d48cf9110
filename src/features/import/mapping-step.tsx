import { Button } from '@/components/button';
import { DialogBody, DialogFooter } from '@/components/dialog';
import { Notice } from '@/components/notice';
import { PrimaryButton } from '@/components/primary-button';
import type { Chart } from '@/contract/charts';
import { MappingForm, missingRoles } from './mapping-form';
import { openQuestions } from './questions';
import { TargetForm } from './target-form';
import type { ImportChoices, Reading } from './use-import';

const FORM = 'import-mapping';

/** How a file is read and where its candles go. */
export function MappingStep(props: {
  reading: Reading;
  error: string | null;
  /** The file is not after the chart that it was to be appended to. */
  overlaps: boolean;
  charts: Chart[];
  onChange: (changed: Partial<ImportChoices>) => void;
  onAgain: () => void;
  onGo: (task: 'preview' | 'import') => void;
}) {
  const { reading, error, overlaps, charts, onChange, onAgain, onGo } = props;
  const { choices } = reading;
  const isNew = choices.mode === 'new';
  const isReady =
    openQuestions(reading).length === 0 &&
    missingRoles(choices.mapping).length === 0 &&
    (isNew ? choices.chartName.trim() !== '' : choices.chartId !== null);
  return (
    <>
      <DialogBody>
        <form
          id={FORM}
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (isReady) onGo(isNew ? 'import' : 'preview');
          }}
        >
          {error && (
            <Notice
              tone="error"
              actions={
                overlaps && (
                  <Button onClick={() => onChange({ mode: 'merge' })}>Merge instead</Button>
                )
              }
            >
              {error}
            </Notice>
          )}
          <TargetForm choices={choices} charts={charts} onChange={onChange} />
          <MappingForm reading={reading} onChange={onChange} />
        </form>
      </DialogBody>
      <DialogFooter>
        <Button onClick={onAgain}>Another file</Button>
        <PrimaryButton type="submit" form={FORM} disabled={!isReady}>
          {isNew ? 'Import' : 'Preview changes'}
        </PrimaryButton>
      </DialogFooter>
    </>
  );
}
