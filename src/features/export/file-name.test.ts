import { expect, test } from 'vitest';
import { exportFileName } from './file-name';

const DATE = new Date('2026-11-26T12:00:00Z');

test.each([
  ['S&P 500', 'S&P 500'],
  ['EUR/USD: 1h', 'EUR-USD- 1h'],
  ['../../etc/passwd', 'etc-passwd'],
  ['.hidden', 'hidden'],
  ['ends in dots...', 'ends in dots'],
  ['line\nbreak\0', 'line-break'],
  ['gnp.\u202evsc', 'gnp.-vsc'],
  ['CON', 'chart CON'],
  ['///', 'chart'],
  ['日経225 🕯️', '日経225 🕯️'],
  ['x'.repeat(200), 'x'.repeat(100)],
])('a file of %j has a name that every system takes', (chart, name) => {
  expect(exportFileName(chart, 'points-csv', DATE)).toBe(`${name} 2026-11-26-points.csv`);
});
