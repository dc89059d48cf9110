import { preload } from 'react-dom';
import { transformer } from '@/contract/transformer';

export const PROCEDURES = '/api/trpc';

/** Given to a query as its context: it goes in a request of its own, as `preloadQuery` sends it. */
export const ALONE = { isAlone: true };

/**
 * Has the browser ask for what a page begins with once it has the page, before any script is there. Only
 * while the server renders the page: an answer that no query has taken at once waits for the next one that asks
 * for the same, which would get it however old it is.
 */
export function preloadQuery(path: string, input?: object) {
  if (typeof window !== 'undefined') return;
  const sent = encodeURIComponent(JSON.stringify(transformer.serialize(input)));
  preload(`${PROCEDURES}/${path}?input=${sent}`, { as: 'fetch', crossOrigin: 'anonymous' });
}
