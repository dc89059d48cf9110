import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../cli/command';
import { drawCurves } from './setup/draw-curves';
import { handToPython } from './setup/run-child';

/**
 * What becomes of one span and the answers of a scripted annotator; all of it is in Python.
 * `--picture FILE` draws the curves as SVG.
 */
export async function run(options: string[]): Promise<void> {
  const at = options.indexOf('--picture');
  if (at < 0) return handToPython('bench.detector', options);
  const picture = options[at + 1];
  if (picture === undefined) throw new UsageError('--picture names no file.');
  const folder = await mkdtemp(join(tmpdir(), 'candle-annotator-detector-'));
  try {
    const file = join(folder, 'curves.json');
    await handToPython('bench.detector', [...options.toSpliced(at, 2), '--json', file]);
    await drawCurves(JSON.parse(await readFile(file, 'utf8')), picture);
  } finally {
    await rm(folder, { recursive: true });
  }
}
