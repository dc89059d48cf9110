import { formatClock } from './format';
import { ProgressBar } from './progress-bar';

/** From when on the time that is left is more than a guess. */
const KNOWN_AFTER_MS = 1_000;
const KNOWN_SHARE = 0.02;

/** `share` is 0 to 1, null while nobody knows; `details` stand under the bar. */
export function ProgressPanel(props: { text: string; share: number | null; details: string[] }) {
  const { text, share, details } = props;
  return (
    <div className="py-5">
      <div className="mb-2 flex justify-between gap-4">
        <span className="min-w-0 truncate" title={text}>
          {text}
        </span>
        {share !== null && (
          <span className="tabular-nums">{Math.floor(Math.min(share, 1) * 100)}%</span>
        )}
      </div>
      <ProgressBar label={text} value={share} />
      <p className="mt-2 min-h-5 text-muted text-xs tabular-nums">{details.join(' · ')}</p>
    </div>
  );
}

/** As a detail: nothing while it would be a guess. */
export function timeLeft(share: number, elapsedMs: number): string[] {
  if (elapsedMs < KNOWN_AFTER_MS || share < KNOWN_SHARE) return [];
  return [`${formatClock((elapsedMs * (1 - share)) / share / 1_000)} left`];
}
