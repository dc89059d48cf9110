import type { IncomingMessage, ServerResponse } from 'node:http';
import { db } from '@/lib/db';
import { exchangeSignIn, SIGN_IN } from '../access/access';
import { DATA_POLICY } from './headers';
import { keepSession, visitorOf } from './visitor';

/** What pages are made of: the same for everybody, and without anybody's data. */
const ASSETS = /^\/(_next\/|__nextjs|icon\.svg)/;
const USED = 'That address has been used already, or is more than a day old.';

/**
 * Answers, in the place of a page, whoever is not signed in: an address with a token is exchanged for
 * a session, any other gets to know how to come in. False when the page is to be served.
 */
export async function keepOut(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (ASSETS.test(path)) return false;
  const isKnown = await isSignedIn(request);
  if (path !== SIGN_IN) {
    if (isKnown) return false;
    // A browser leaves the cookie out when a link on another site leads here; from this page it comes along.
    if (isFromElsewhere(request))
      sendPage(response, 200, '<meta http-equiv="refresh" content="0">');
    else sendPage(response, 401, explain(null));
    return true;
  }
  // Programs that look at links use none up.
  const token = request.method === 'GET' ? tokenOf(request.url ?? '') : null;
  const session = token && (await exchangeSignIn(db(), token));
  if (!session && !isKnown) {
    sendPage(response, 401, explain(USED));
    return true;
  }
  if (session) keepSession(request, response, session);
  // The token leaves the address bar, and goes into no history and no Referer.
  response.writeHead(303, { location: '/', ...UNSEEN });
  response.end();
  return true;
}

const tokenOf = (url: string) => new URL(url, 'http://localhost').searchParams.get('token');

/** Where the database does not answer, pages are shown all the same, and say so themselves. */
const isSignedIn = (request: IncomingMessage): Promise<boolean> =>
  visitorOf(request).then(
    (actor) => actor !== null,
    () => true,
  );

const isFromElsewhere = ({ headers }: IncomingMessage) =>
  headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] === 'navigate';

const UNSEEN = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

function sendPage(response: ServerResponse, status: number, content: string) {
  response.writeHead(status, {
    ...UNSEEN,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `${DATA_POLICY}; style-src 'unsafe-inline'`,
  });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>candle-annotator</title>
<style>
:root { color-scheme: light dark }
body {
  max-width: 34rem; margin: 18vh auto; padding: 0 1.5rem; font: 15px/1.6 system-ui, sans-serif;
  color: light-dark(#1a212b, #e4e9f0); background: light-dark(#ffffff, #0d1117);
}
h1 { font-size: 1.25rem }
code { padding: 0.1em 0.35em; border-radius: 4px; background: light-dark(#eef0f4, #1a212b) }
</style>
${content}
`);
}

/** Text of our own alone. */
const explain = (problem: string | null) => `<main>
<h1>This browser is not signed in</h1>
${problem ? `<p role="alert">${problem}</p>` : ''}
<p>Open the address that <code>npm start</code> printed, in the line that begins with <code>web</code>. It
lets one browser in, once; this one then stays signed in for 30 days.</p>
<p>For another address, run <code>npm start -- --url</code> in the same folder, or with Docker
<code>docker compose exec candle-annotator node server.cjs --url</code>.</p>
</main>`;
