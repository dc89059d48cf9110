import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../start/python';
import { type Counts, runRunner, withExitCode } from './counts';

export async function pythonTests(reports: string): Promise<Counts> {
  await pythonEnvironment({ dev: true });
  const file = join(reports, 'pytest.xml');
  const code = await runRunner([PYTHON, '-m', 'pytest', `--junitxml=${file}`], ML_FOLDER);
  const [suite = ''] = /<testsuite [^>]*>/.exec(await readFile(file, 'utf8')) ?? [];
  const read = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  const skipped = read('skipped');
  return withExitCode({ passed: read('tests') - failed - skipped, failed, skipped }, code);
}
