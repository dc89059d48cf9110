import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestServer } from '@/lib/db/testing-server';
import { ML_FOLDER, PYTHON, pythonEnvironment } from '../runtime/python';
import { runInForeground } from '../runtime/run-in-foreground';
import { type Counts, withExitCode } from './counts';

export async function pythonTests(reports: string, output?: number | 'inherit'): Promise<Counts> {
  await pythonEnvironment({ dev: true });
  const given = process.env.TEST_DATABASE_ADMIN_URL;
  const { adminUrl, stop } = given
    ? { adminUrl: given, stop: async () => {} }
    : await startTestServer();
  const file = join(reports, 'pytest.xml');
  const command = [PYTHON, '-m', 'pytest', `--junitxml=${file}`];
  const env = { TEST_DATABASE_ADMIN_URL: adminUrl };
  const code = await runInForeground(command, ML_FOLDER, env, output).finally(stop);
  const report = await readFile(file, 'utf8');
  const [suite = ''] = /<testsuite [^>]*>/.exec(report) ?? [];
  const read = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  const skipped = read('skipped');
  const broken = /<testcase classname="([^"]*)" name="([^"]*)"[^>]*><(?:failure|error)/g;
  const failures = [...report.matchAll(broken)].map(([, file, name]) => `${file}: ${name}`);
  const passed = read('tests') - failed - skipped;
  return withExitCode('ml', { passed, failed, skipped, failures }, code);
}
