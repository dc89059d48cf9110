import { preload } from 'react-dom';
import { transformer } from '@/contract/transformer';

export const PROCEDURES = '/api/trpc';

/** Given to a query as its context: it goes in a request of its own, as `preloadQuery` sends it. */
export const ALONE = { isAlone: true };

/**
 * Has the browser ask for what a page begins with once it has the page, before any script is there. For the
 * server alone: a query takes the answer at once then, where later it might be an old one.
 */
export function preloadQuery(path: string, input?: object) {
  const sent = encodeURIComponent(JSON.stringify(transformer.serialize(input)));
  preload(`${PROCEDURES}/${path}?input=${sent}`, { as: 'fetch', crossOrigin: 'anonymous' });
}
