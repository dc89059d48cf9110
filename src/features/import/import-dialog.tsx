'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Button } from '@/components/button';
import { Dialog } from '@/components/dialog';
import { formatCount, formatRange, formatTimeframe } from '@/components/format';
import { Notice } from '@/components/notice';
import { ProgressBar } from '@/components/progress-bar';
import { DropZone } from './drop-zone';
import { MappingForm, missingRoles, nameFrom } from './mapping-form';
import { ProblemList } from './problem-list';
import { type ImportChoices, useImport } from './use-import';

/** Takes a CSV from the disk into a chart. `file` is one that was dropped on the page. */
export function ImportDialog(props: { file?: File | undefined; onClose: () => void }) {
  const { file, onClose } = props;
  const router = useRouter();
  const { step, start, remap, run, cancel, reset } = useImport();
  const [choices, setChoices] = useState<ImportChoices | null>(null);
  const [answered, setAnswered] = useState<string[]>([]);

  // A dropped file needs no second gesture; it comes once, with the dialog.
  const [dropped] = useState(() => file);
  // biome-ignore lint/correctness/useExhaustiveDependencies: start is made anew at each render
  useEffect(() => {
    if (dropped) void start(dropped);
  }, [dropped]);

  function close() {
    reset();
    onClose();
  }
  function again() {
    setChoices(null);
    setAnswered([]);
    reset();
  }

  const unanswered =
    step.name === 'mapping' &&
    step.inspection.questions.some(({ field }) => !answered.includes(field));
  const chosen: ImportChoices | null =
    step.name === 'mapping'
      ? (choices ?? {
          chartName: nameFrom(step.source.fileName),
          mapping: step.inspection.mapping,
          enclose: 'keep',
          acceptGoodRows: false,
        })
      : choices;

  return (
    <Dialog
      title="Import candles"
      description={TITLES[step.name]}
      onClose={close}
      width={step.name === 'choose' ? 520 : 720}
      footer={
        <>
          {step.name === 'choose' && <Button onClick={close}>Close</Button>}
          {(step.name === 'uploading' || step.name === 'importing') && (
            <Button onClick={cancel}>Cancel</Button>
          )}
          {step.name === 'mapping' && chosen && (
            <>
              <Button onClick={again}>Another file</Button>
              <Button
                variant="solid"
                disabled={
                  unanswered ||
                  missingRoles(chosen.mapping).length > 0 ||
                  chosen.chartName.trim() === ''
                }
                onClick={() => {
                  setChoices(chosen);
                  void run(step.source, step.inspection, chosen);
                }}
              >
                Import
              </Button>
            </>
          )}
          {step.name === 'refused' && chosen && (
            <>
              <Button onClick={again}>Another file</Button>
              <Button
                variant="solid"
                onClick={() =>
                  void run(step.source, step.inspection, { ...chosen, acceptGoodRows: true })
                }
              >
                Import the good rows
              </Button>
            </>
          )}
          {step.name === 'done' && (
            <Button
              variant="solid"
              onClick={() => {
                onClose();
                router.push(`/charts/${step.done.chartId}`);
              }}
            >
              Open the chart
            </Button>
          )}
        </>
      }
    >
      {step.name === 'choose' && (
        <>
          <DropZone onFile={(chosenFile) => void start(chosenFile)} />
          {step.error && (
            <div className="mt-3">
              <Notice tone="error">{step.error}</Notice>
            </div>
          )}
        </>
      )}
      {step.name === 'uploading' && (
        <Progress
          text={`Reading ${step.fileName}`}
          detail={`${formatCount(Math.round(step.sent / 1024))} of ${formatCount(Math.round(step.size / 1024))} kB`}
          share={step.sent / step.size}
        />
      )}
      {step.name === 'mapping' && chosen && (
        <MappingForm
          source={step.source}
          inspection={step.inspection}
          error={step.error}
          choices={chosen}
          answered={answered}
          onAnswer={(field) => setAnswered([...answered, field])}
          onChange={setChoices}
          onMapping={(mapping) => {
            setChoices({ ...chosen, mapping });
            void remap(step.source, mapping);
          }}
        />
      )}
      {step.name === 'importing' && (
        <Progress
          text={step.phase === 'storing' ? 'Storing candles' : 'Reading candles'}
          detail={`${formatCount(step.rows)} rows`}
          share={step.share}
        />
      )}
      {step.name === 'refused' && (
        <ProblemList
          title={`Nothing was stored: ${formatCount(step.refused.problemCount)} of ${formatCount(step.refused.rows)} rows have a problem.`}
          problems={step.refused.problems}
          count={step.refused.problemCount}
        />
      )}
      {step.name === 'done' && (
        <>
          <p>
            <strong className="font-semibold">{step.done.chartName}</strong> now holds{' '}
            {formatCount(step.done.candles)} candles of {formatTimeframe(step.done.timeframe)},{' '}
            {formatRange(step.done.firstTime, step.done.lastTime, step.done.timeframe)}.
          </p>
          {step.done.problemCount > 0 && (
            <div className="mt-3">
              <ProblemList
                title={`${formatCount(step.done.problemCount)} rows are worth a look.`}
                problems={step.done.problems}
                count={step.done.problemCount}
              />
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}

const TITLES = {
  choose: 'One candle a line: a time, open, high, low, close and perhaps a volume.',
  uploading: 'The file is being read.',
  mapping: 'This is how the file is read. Nothing has been stored yet.',
  importing: 'Cancel leaves nothing behind.',
  refused: 'The file is as it was, and so is the database.',
  done: 'The candles are in the database.',
};

function Progress(props: { text: string; detail: string; share: number }) {
  return (
    <div className="py-6">
      <div className="mb-2 flex justify-between">
        <span>{props.text}</span>
        <span className="text-muted tabular-nums">{props.detail}</span>
      </div>
      <ProgressBar label={props.text} value={props.share} />
    </div>
  );
}
