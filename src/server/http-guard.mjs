import http from 'node:http';

/*
 * Loaded before Next.js (node --import), whose HTTP server is out of our reach otherwise: it leaves a
 * WebSocket that nothing answers open for ever, from any web page, and hands on what HTTP forbids.
 */

const { createServer } = http;

/** @param {Parameters<typeof createServer>} args */
http.createServer = (...args) => guarded(createServer(...args));

/** @param {http.Server} server */
function guarded(server) {
  const emit = server.emit.bind(server);
  /** @param {[string, ...any[]]} event */
  server.emit = (...event) => {
    const [name, request, response] = event;
    // Nothing here speaks anything but HTTP.
    if (name === 'upgrade') {
      response.destroy();
      return true;
    }
    const status = name === 'request' ? refusalOf(request) : undefined;
    if (status === undefined) return emit(...event);
    response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
    return true;
  };
  return server;
}

/** @param {http.IncomingMessage} request */
function refusalOf({ method, rawHeaders }) {
  if (method === 'TRACE') return 405;
  const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  // Whoever checks one of two names may not be who uses the other.
  return names.filter((name) => name === 'host').length === 1 ? undefined : 400;
}
