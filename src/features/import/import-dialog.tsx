'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/button';
import { DialogBody, DialogFooter, DialogFrame } from '@/components/dialog';
import { Notice } from '@/components/notice';
import type { Chart } from '@/contract/charts';
import type { ImportChanges } from '@/contract/uploads';
import { trpc } from '@/trpc/client';
import { ChangesStep } from './changes-step';
import { DoneStep } from './done-step';
import { DropZone } from './drop-zone';
import { LabelsStep } from './labels-step';
import { MappingStep } from './mapping-step';
import { ImportProgress, UploadProgress } from './progress';
import { RefusedStep } from './refused-step';
import { titleOf } from './several-files';
import { filesOf, type ImportStep, useImport } from './use-import';

/** Takes files from the disk into a chart: candles, or labels that an export wrote. */
export function ImportDialog(props: {
  /** Those that were dropped on the page. */
  files?: File[] | undefined;
  /** The chart behind the dialog. */
  current?: Chart;
  onClose: () => void;
  /** The chart behind the dialog has other candles now. */
  onChanged?: (changes: ImportChanges) => void;
}) {
  const { files, current, onClose, onChanged } = props;
  const router = useRouter();
  const listed = trpc.charts.list.useQuery();
  const { step, start, readAsCandles, choose, run, back, cancel, reset } = useImport(
    current?.id ?? null,
  );
  const charts = currentFirst(listed.data ?? [], current);

  // A dropped file needs no second gesture.
  const begin = useRef(start);
  begin.current = async (dropped) => {
    if (step.name === 'choose') await start(dropped);
  };
  useEffect(() => {
    if (files) void begin.current(files);
  }, [files]);

  function close() {
    reset();
    onClose();
  }
  function show(chartId: number, changes?: ImportChanges | null) {
    onClose();
    if (chartId !== current?.id) router.push(`/charts/${chartId}`);
    else if (changes) onChanged?.(changes);
  }

  const isBusy = step.name === 'uploading' || step.name === 'working';
  return (
    <DialogFrame
      title={step.name === 'labels' ? 'Import labels' : 'Import'}
      description={DESCRIPTIONS[step.name]}
      onClose={isBusy ? undefined : close}
      holds={step.name !== 'choose' && step.name !== 'done'}
      width={WIDTHS[step.name] ?? 860}
    >
      {step.name === 'choose' && (
        <>
          <DialogBody>
            <DropZone focused onFiles={(chosen) => void start(chosen)} />
            {step.error && (
              <div className="mt-3">
                <Notice tone="error">{step.error}</Notice>
              </div>
            )}
          </DialogBody>
          <DialogFooter>
            <Button onClick={close}>Close</Button>
          </DialogFooter>
        </>
      )}
      {isBusy && (
        <>
          <DialogBody>
            {step.name === 'uploading' ? (
              <UploadProgress {...step} />
            ) : (
              <ImportProgress fileName={titleOf(filesOf(step.reading))} progress={step.progress} />
            )}
          </DialogBody>
          <DialogFooter>
            <Button onClick={cancel}>Cancel</Button>
          </DialogFooter>
        </>
      )}
      {step.name === 'labels' && (
        <LabelsStep
          upload={step.upload}
          format={step.format}
          charts={charts}
          onAgain={reset}
          onCandles={() => void readAsCandles(step.upload)}
          onShow={show}
        />
      )}
      {step.name === 'mapping' && (
        <MappingStep
          reading={step.reading}
          error={step.error}
          overlaps={step.overlaps ?? false}
          charts={charts}
          onChange={(changed) => choose(step.reading, changed)}
          onAgain={reset}
          onGo={(task) => void run(step.reading, task)}
        />
      )}
      {step.name === 'changes' && (
        <ChangesStep
          preview={step.preview}
          fileName={titleOf(filesOf(step.reading))}
          chartName={charts.find(({ id }) => id === step.reading.choices.chartId)?.name ?? ''}
          mode={step.reading.choices.mode === 'append' ? 'append' : 'merge'}
          onBack={() => back(step.reading)}
          onGo={() => void run(step.reading, 'import')}
        />
      )}
      {step.name === 'refused' && (
        <RefusedStep
          refused={step.refused}
          fileName={titleOf(filesOf(step.reading))}
          task={step.task}
          onAgain={reset}
          onBack={() => back(step.reading)}
          onGo={() => {
            const choices = { ...step.reading.choices, acceptGoodRows: true };
            void run({ ...step.reading, choices }, step.task);
          }}
        />
      )}
      {step.name === 'done' && (
        <DoneStep
          done={step.done}
          fileName={step.fileName}
          isOpen={step.done.chartId === current?.id}
          onAgain={reset}
          onShow={() => show(step.done.chartId, step.done.changes)}
        />
      )}
    </DialogFrame>
  );
}

const DESCRIPTIONS: Record<ImportStep['name'], string> = {
  choose: 'Candles, or labels that an export of this tool wrote.',
  uploading: 'The file goes to the server. Nothing has been stored yet.',
  labels: 'Spans and annotations go onto charts, all of them or none.',
  mapping: 'This is how the file is read. Nothing has been stored yet.',
  working: 'Cancel leaves nothing behind.',
  changes: 'This is what would change. Nothing has been stored yet.',
  refused: 'The file is as it was, and so is the database.',
  done: 'The candles are in the database.',
};
const WIDTHS: Partial<Record<ImportStep['name'], number>> = {
  choose: 520,
  // Of the usual seven columns and what they are read as, all are in sight.
  mapping: 1_120,
  changes: 560,
  labels: 560,
};

const currentFirst = (charts: Chart[], current: Chart | undefined) => [
  ...charts.filter(({ id }) => id === current?.id),
  ...charts.filter(({ id }) => id !== current?.id),
];
