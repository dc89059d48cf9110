import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Api, createClient } from './client';
import type { Contender } from './compare';
import type { Web } from './environment';

/**
 * The same call by the same client, answered at once with the same bytes by a server that does
 * nothing else: what HTTP and the client cost whatever the server is.
 */
export async function withFloor(
  web: Web,
  call: (api: Api) => Promise<unknown>,
  work: (floor: Contender) => Promise<void>,
): Promise<void> {
  let answer = '';
  const recorded: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    answer = await response.clone().text();
    return response;
  };
  await call(createClient(web, recorded));
  const child = fork(join(import.meta.dirname, 'floor-child.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  child.send(answer);
  const [port] = await once(child, 'message');
  const api = createClient({ ...web, url: `http://127.0.0.1:${port}` });
  await work({ name: 'HTTP alone', run: () => call(api) });
  child.disconnect();
}
