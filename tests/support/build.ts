import { pythonEnvironment } from '../../scripts/runtime/python';
import { buildWebOnce } from '../../scripts/runtime/web';

/** Playwright's global set-up: what every start needs is made once, within no test's time. */
export default async function build(): Promise<void> {
  await Promise.all([buildWebOnce(), pythonEnvironment({ dev: false })]);
}
