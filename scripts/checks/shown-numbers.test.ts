import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../runtime/root';

const SHOWN = ['src/chart', 'src/components', 'src/features'];
/** Numbers that people read get one rounding and one minus sign there. */
const FORMATTERS = /^src\/(chart|components)\/format\.ts$/;
const OTHER_WAYS = /\.toFixed\(|\.toPrecision\(|Intl\.NumberFormat|\? '−'/;

test('numbers that people read are written by the formatters alone', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', ...SHOWN], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const found = files
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .filter((file) => !FORMATTERS.test(file))
    .filter((file) => OTHER_WAYS.test(readFileSync(join(ROOT, file), 'utf8')));
  // The sign of a time zone's offset.
  expect(found).toEqual(['src/features/workbench/zone-dialog.tsx']);
});
