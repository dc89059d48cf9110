import { basename } from 'node:path';
import { notTakenSentence, offCandlesSentence, unreadSentence } from '@/contract/exports';
import { connect } from '@/lib/db';
import { importLabelFile } from '@/server/exports/import-file';
import { openLabelFile } from '@/server/exports/label-file';
import { LOCAL_SCOPE } from '@/server/scope';
import { pathFromCaller } from '../cli/path';
import { count, createStatusLine } from '../cli/progress';
import { databaseUrl } from '../runtime/database-url';

type Arguments = { file: string; chartName: string | undefined; replace: boolean; json: boolean };

/** Brings labels back from a file and says what became of each chart's. */
export async function importLabels({
  file: name,
  chartName,
  replace,
  json,
}: Arguments): Promise<void> {
  const url = await databaseUrl();
  const { db, close } = connect(url);
  const status = json ? null : createStatusLine(process.stderr);
  try {
    const path = pathFromCaller(name);
    const file = await openLabelFile(path, basename(path));
    const charts = await importLabelFile({
      db,
      url,
      file,
      chartName,
      chartId: null,
      replace,
      scope: LOCAL_SCOPE,
      onProgress: ({ what, rows }) => status?.show(() => `${count(rows)} ${what} read`),
    }).finally(() => status?.clear());
    for (const chart of charts) {
      const { created, changed, unchanged, removed, isNew } = chart;
      const counts = `${created} new, ${changed} changed, ${unchanged} as they were${removed > 0 ? `, ${removed} removed` : ''}`;
      const title = `“${chart.chartName}”${isNew ? ', a new chart' : ''}`;
      console.log(json ? JSON.stringify(chart) : `${title}: ${counts}`);
      if (chart.unread) console.error(`${basename(path)}: ${unreadSentence(chart.unread)}`);
      if (chart.notTaken) console.error(`${title}: ${notTakenSentence(chart.notTaken)}`);
      if (chart.offCandles) console.error(`${title}: ${offCandlesSentence(chart.offCandles)}`);
    }
    if (charts.length === 0 && !json) console.log(`${basename(path)} holds no labels.`);
  } finally {
    await close();
  }
}
