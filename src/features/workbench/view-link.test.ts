import { expect, it } from 'vitest';
import { isStep, readLink, type ViewLink, writeLink } from './view-link';

const UID = '0192d3a4-7c1e-7a2b-9c3d-1234567890ab';
const day = (text: string) => Date.parse(text) / 1000;
const plain: ViewLink = {
  timeframe: null,
  logScale: false,
  indicators: [],
  selected: null,
  panel: 'spans',
  range: null,
};

it.each<[string, ViewLink]>([
  ['', plain],
  [
    '?from=2019-01-02&to=2020-03-04',
    { ...plain, range: { from: day('2019-01-02'), to: day('2020-03-04') } },
  ],
  [
    `?timeframe=604800&log=1&indicators=sma50,rsi14&selected=${UID}&panel=models&from=2019-01-02T10:30:00Z`,
    {
      timeframe: 604_800,
      logScale: true,
      indicators: ['sma50', 'rsi14'],
      selected: UID,
      panel: 'models',
      range: { from: day('2019-01-02T10:30:00Z'), to: null },
    },
  ],
  ['?panel=closed', { ...plain, panel: null }],
  [
    '?selected=prediction:12&panel=models',
    { ...plain, selected: 'prediction:12', panel: 'models' },
  ],
  ['?from=2019-01-02T10:30:00.250Z', { ...plain, range: { from: 1_546_425_000.25, to: null } }],
])('reads and writes %j', (search, link) => {
  expect(readLink(search)).toEqual(link);
  expect(writeLink(link)).toBe(search);
});

it.each([
  '?timeframe=week&log=yes&selected=abc&panel=everything&from=yesterday&to=never',
  '?from=2020-01-01&to=2019-01-01',
  '?timeframe=-5&x=y',
])('leaves out what %j says wrongly', (search) => {
  expect(readLink(search)).toEqual(plain);
});

it('takes jumps and other timeframes for steps, and neither panning nor selecting', () => {
  const range = { from: day('2019-01-01'), to: day('2019-06-01') };
  const here = { ...plain, range };
  expect(isStep(here, { ...here, selected: UID, panel: 'labels' })).toBe(false);
  expect(isStep(here, { ...plain, range: { ...range, from: day('2019-02-01') } })).toBe(false);
  expect(isStep(here, { ...here, timeframe: 604_800 })).toBe(true);
  expect(isStep(here, { ...here, logScale: true })).toBe(true);
  expect(isStep(here, { ...plain, range: { from: day('2021-01-01'), to: null } })).toBe(true);
  expect(isStep({ ...plain, range: { from: day('2021-01-01'), to: null } }, here)).toBe(true);
});
