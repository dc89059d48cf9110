import { readPlace } from '@/features/review/address';
import { ReviewPage } from './review-page';

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function BoardPage({ searchParams }: { searchParams: Search }) {
  return <ReviewPage place={readPlace(await searchParams)} />;
}
