import type { PredictionStatus } from '@/contract/predictions';

type Review = { id: number; status: PredictionStatus; spanUid: string | null };

/** Why reviews cannot be what a person meant, or null. */
export function reviewMistake(reviews: readonly Review[]): string | null {
  const seen = new Set<number>();
  for (const { id, status, spanUid } of reviews) {
    if (seen.has(id)) return `Prediction ${id} stands twice in one review.`;
    seen.add(id);
    if (status === 'new' && spanUid) {
      return `Prediction ${id} is to be unreviewed and cannot name a span.`;
    }
    if (status !== 'new' && !spanUid) {
      return `Prediction ${id} is to be ${status} and must name the span that says so.`;
    }
  }
  return null;
}
