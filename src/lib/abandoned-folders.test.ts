import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { abandonedFolders } from './abandoned-folders';

test('what a process left that has ended is found, and nothing of one that runs', async () => {
  const prefix = 'candle-annotator-abandoned-';
  const ended = spawnSync(process.execPath, ['--version']).pid;
  const [own, left, other] = await Promise.all(
    [`${prefix}${process.pid}-`, `${prefix}${ended}-`, `other-${ended}-`].map((name) =>
      mkdtemp(join(tmpdir(), name)),
    ),
  );
  expect(await abandonedFolders(prefix)).toEqual([left]);
  for (const folder of [own, left, other]) if (folder) await rm(folder, { recursive: true });
});
