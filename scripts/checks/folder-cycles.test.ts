import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findFolderCycles } from './folder-cycles';

test('finds the shortest circle of folders, with its imports, and passes over tests', async () => {
  const project = await mkdtemp(join(tmpdir(), 'candle-annotator-cycles-'));
  const files = {
    'src/a/one.ts': "import { two } from '@/b/two';",
    'src/b/two.ts': 'export const two = 2;',
    'src/b/deep/three.ts': "const four = await import('../../c/four');",
    'src/c/four.ts': "import type { One } from '../a/one';",
    // Down only, in a test only, and to files beside the folders.
    'src/d/five.ts': "import '../a/one'; import './deep/six';",
    'src/d/deep/six.ts': "import '../five';",
    'src/a/one.test.ts': "import '../d/five';",
    'src/beside.ts': "import './a/one';",
    'src/b/seven.ts': "import '../beside';",
  };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, file)), { recursive: true });
    await writeFile(join(project, file), text);
  }
  expect(findFolderCycles(project, ['src'])).toEqual([
    {
      within: 'src',
      folders: ['a', 'b', 'c'],
      imports: [
        'src/a/one.ts imports src/b/two',
        'src/b/deep/three.ts imports src/c/four',
        'src/c/four.ts imports src/a/one',
      ],
    },
  ]);
  await rm(project, { recursive: true });
});
