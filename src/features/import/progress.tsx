import { formatBytes, formatClock, formatCount } from '@/components/format';
import { ProgressPanel, timeLeft } from '@/components/progress-panel';
import type { Progress } from './use-import';

export function UploadProgress(props: {
  fileName: string;
  sent: number;
  size: number;
  elapsedMs: number;
}) {
  const { fileName, sent, size, elapsedMs } = props;
  const share = sent / size;
  const rate = elapsedMs > 1_000 ? [`${formatBytes((sent / elapsedMs) * 1_000)}/s`] : [];
  const details = [
    `${formatBytes(sent)} of ${formatBytes(size)}`,
    ...rate,
    ...timeLeft(share, elapsedMs),
  ];
  return <ProgressPanel text={`Sending ${fileName}`} share={share} details={details} />;
}

export function ImportProgress(props: { fileName: string; progress: Progress | null }) {
  const { fileName, progress } = props;
  if (!progress) return <ProgressPanel text={`Opening ${fileName}`} share={null} details={[]} />;
  const { phase, rows, bytes, totalBytes, elapsedMs } = progress;
  if (phase === 'reading') {
    const share = totalBytes > 0 ? bytes / totalBytes : null;
    const details = [
      `${formatCount(rows)} rows`,
      `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
      `${formatCount(Math.round((rows / Math.max(elapsedMs, 1)) * 1_000))} rows/s`,
      ...timeLeft(share ?? 0, elapsedMs),
    ];
    return <ProgressPanel text={`Reading ${fileName}`} share={share} details={details} />;
  }
  const since = `${formatClock(elapsedMs / 1_000)} so far`;
  if (phase === 'checking') {
    const details = [`${formatCount(rows)} rows`, 'PostgreSQL sorts and compares them', since];
    return <ProgressPanel text="Checking the candles" share={null} details={details} />;
  }
  const built = rows > 0 ? [`levels of detail for ${formatCount(rows)} candles`] : [];
  const details = ['one transaction, kept whole or not at all', ...built, since];
  return <ProgressPanel text="Storing the candles" share={null} details={details} />;
}
