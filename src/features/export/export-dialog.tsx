'use client';

import { useState } from 'react';
import { Button } from '@/components/button';
import { DialogBody, DialogFooter, DialogFrame } from '@/components/dialog';
import { formatBytes, formatCount } from '@/components/format';
import { Notice } from '@/components/notice';
import { PrimaryButton } from '@/components/primary-button';
import { ProgressPanel, timeLeft } from '@/components/progress-panel';
import type { Chart } from '@/contract/charts';
import { exportInput, isCsv } from '@/contract/exports';
import { trpc } from '@/trpc/client';
import { useTimes } from '../session/time-zone';
import { type ExportChoices, ExportForm } from './export-form';
import { exportFileName } from './file-name';
import { FORMATS } from './formats';
import { type ExportProgress, useExport } from './use-export';

const FORM = 'export-choices';

/** Takes charts and their labels into a file on the disk. */
export function ExportDialog(props: {
  current: Chart;
  scope: ExportChoices['scope'];
  onClose: () => void;
}) {
  const { current, onClose } = props;
  const charts = trpc.charts.list.useQuery().data ?? [current];
  const { state, run, cancel, again } = useExport();
  const { zone: shownZone } = useTimes(current).clock;
  const [choices, setChoices] = useState<ExportChoices>({
    ...{ format: 'spans-json', scope: props.scope, chartIds: [current.id] },
    ...{ zone: 'UTC', shownZone },
    context: exportInput.parse({ format: 'spans-json', chartIds: null }).context,
  });
  const { format, scope, context } = choices;
  const zone = isCsv(format) ? choices.zone : 'UTC';
  const chartIds = scope === 'all' ? null : scope === 'this' ? [current.id] : choices.chartIds;
  const chosen = chartIds ? charts.filter(({ id }) => chartIds.includes(id)) : charts;
  const [only] = chosen;
  const name =
    scope === 'all'
      ? 'All charts'
      : chosen.length === 1 && only
        ? only.name
        : `${chosen.length} charts`;
  const isReady =
    chosen.length > 0 && exportInput.safeParse({ format, chartIds, context, zone }).success;

  return (
    <DialogFrame
      title="Export"
      description={DESCRIPTIONS[state.name]}
      onClose={state.name === 'running' ? undefined : onClose}
      holds={state.name === 'running'}
      width={560}
    >
      {state.name === 'choosing' && (
        <>
          <DialogBody>
            <form
              id={FORM}
              className="flex flex-col gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                const fileName = exportFileName(name, format, new Date());
                if (isReady) void run({ format, chartIds, context, zone }, fileName);
              }}
            >
              {state.error && <Notice tone="error">{state.error}</Notice>}
              <ExportForm
                choices={choices}
                charts={charts}
                current={current}
                onChange={(changed) => setChoices({ ...choices, ...changed })}
              />
            </form>
          </DialogBody>
          <DialogFooter>
            <Button onClick={onClose}>Close</Button>
            <Button variant="solid" type="submit" form={FORM} disabled={!isReady}>
              Export
            </Button>
          </DialogFooter>
        </>
      )}
      {state.name === 'running' && (
        <>
          <DialogBody>
            <Running fileName={state.fileName} progress={state.progress} />
          </DialogBody>
          <DialogFooter>
            <Button onClick={cancel}>Cancel</Button>
          </DialogFooter>
        </>
      )}
      {state.name === 'done' && (
        <>
          <DialogBody>
            <p className="break-words" role="status">
              <strong className="font-semibold">{state.fileName}</strong> is written:{' '}
              {formatBytes(state.progress.bytes)}, {formatCount(state.progress.totalRows)}{' '}
              {FORMATS[format].rows(state.progress.totalRows)}.
            </p>
            {state.progress.totalRows === 0 && (
              <p className="mt-2 text-muted">
                There are no {FORMATS[format].rows(0)} to export yet: the file holds nothing else.
              </p>
            )}
          </DialogBody>
          <DialogFooter>
            <Button onClick={again}>Another export</Button>
            <PrimaryButton onClick={onClose}>Close</PrimaryButton>
          </DialogFooter>
        </>
      )}
    </DialogFrame>
  );
}

const DESCRIPTIONS = {
  choosing: 'Import reads every one of these files back.',
  running: 'Cancel leaves no file behind.',
  done: 'The file is whole.',
};

function Running({ fileName, progress }: { fileName: string; progress: ExportProgress | null }) {
  const text = `Writing ${fileName}`;
  if (!progress) return <ProgressPanel text={text} share={null} details={[]} />;
  const { rows, totalRows, bytes, elapsedMs } = progress;
  const share = totalRows > 0 ? rows / totalRows : null;
  const details = [
    `${formatCount(rows)} of ${formatCount(totalRows)} rows`,
    formatBytes(bytes),
    `${formatCount(Math.round((rows / elapsedMs) * 1_000))} rows/s`,
    ...timeLeft(share ?? 0, elapsedMs),
  ];
  return <ProgressPanel text={text} share={share} details={details} />;
}
