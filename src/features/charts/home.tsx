'use client';

import { CandlestickChart } from 'lucide-react';
import { useState } from 'react';
import { Notice } from '@/components/notice';
import { trpc } from '@/trpc/client';
import { DropZone } from '../import/drop-zone';
import { ImportDialog } from '../import/import-dialog';
import { PageDrop } from '../import/page-drop';
import { ChartList } from './chart-list';
import { DeletedCharts } from './deleted-charts';
import { OldDatabaseNotice } from './old-database-notice';
import { OpenExample } from './open-example';

/** The charts; with none, says what this is and takes a file. */
export function Home() {
  const charts = trpc.charts.list.useQuery();
  /** What is imported; empty while it is still to be chosen. */
  const [files, setFiles] = useState<File[]>();
  if (charts.error) {
    return (
      <main className="grid h-dvh place-items-center p-6">
        <div className="w-full max-w-md">
          <Notice tone="error">The charts can’t be read: {charts.error.message}</Notice>
        </div>
      </main>
    );
  }
  if (!charts.data) {
    return <main className="grid h-dvh place-items-center text-muted">Opening the charts…</main>;
  }
  return (
    <>
      {charts.data.length > 0 ? (
        <ChartList charts={charts.data} onFiles={setFiles} onImport={() => setFiles([])} />
      ) : (
        <Empty onFiles={setFiles} />
      )}
      {!files && <PageDrop onFiles={setFiles} />}
      {files && (
        <ImportDialog
          files={files.length > 0 ? files : undefined}
          onClose={() => setFiles(undefined)}
        />
      )}
    </>
  );
}

function Empty({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <main className="grid h-dvh place-items-center overflow-y-auto p-6">
      <div className="w-full max-w-3xl">
        <CandlestickChart size={32} strokeWidth={1.5} className="mb-4 text-accent" />
        <h1 className="font-semibold text-xl">
          Label patterns, train on them, see where you differ
        </h1>
        <p className="mt-2 mb-6 max-w-xl text-muted">
          Import the price history of a market, label the patterns you see on its candles, and train
          a model on your labels. Where the model sees something else, you confirm or correct it,
          and train again. Everything stays in your own PostgreSQL database.
        </p>
        <div className="grid grid-cols-[1fr_264px] gap-4">
          <DropZone onFiles={onFiles} />
          <OpenExample />
        </div>
        <div className="mt-4 flex flex-col gap-4">
          <DeletedCharts />
          <OldDatabaseNotice />
        </div>
      </div>
    </main>
  );
}
