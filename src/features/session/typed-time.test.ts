import { expect, it } from 'vitest';
import { clockOf } from '@/contract/clock';
import { readTimeIn, readTypedTime } from './typed-time';

const FROM = Date.parse('2020-03-31T15:30:00Z') / 1000;
const LAST = Date.parse('2021-05-06T20:45:00Z') / 1000;
const read = (text: string) => {
  const found = readTypedTime(text, { from: FROM, last: LAST });
  return 'time' in found ? new Date(found.time * 1000).toISOString() : found.problem;
};

it.each([
  ['2010-02-08', '2010-02-08T00:00:00.000Z'],
  ['2010/2/8', '2010-02-08T00:00:00.000Z'],
  ['20100208', '2010-02-08T00:00:00.000Z'],
  ['2010-02-08 9:30', '2010-02-08T09:30:00.000Z'],
  ['2010-02-08T09:30:15Z', '2010-02-08T09:30:15.000Z'],
  [' 8 Feb 2010 ', '2010-02-08T00:00:00.000Z'],
  ['8-feb-2010', '2010-02-08T00:00:00.000Z'],
  ['February 8, 2010 14:05', '2010-02-08T14:05:00.000Z'],
  ['8.2.2010', '2010-02-08T00:00:00.000Z'],
  ['feb 2010', '2010-02-01T00:00:00.000Z'],
  ['2010-02', '2010-02-01T00:00:00.000Z'],
  ['2010', '2010-01-01T00:00:00.000Z'],
  ['0095-06-01', '0095-06-01T00:00:00.000Z'],
  ['14:05', '2020-03-31T14:05:00.000Z'],
  ['9:30:15', '2020-03-31T09:30:15.000Z'],
  ['-3w', '2020-03-10T15:30:00.000Z'],
  ['−1m', '2020-02-29T15:30:00.000Z'],
  ['+1y', '2021-03-31T15:30:00.000Z'],
  ['-36h', '2020-03-30T03:30:00.000Z'],
  ['+10 d', '2020-04-10T15:30:00.000Z'],
  ['now', '2021-05-06T20:45:00.000Z'],
  ['Today', '2021-05-06T00:00:00.000Z'],
  ['today 9:30', '2021-05-06T09:30:00.000Z'],
])('reads %j', (text, time) => {
  expect(read(text)).toBe(time);
});

it.each([
  ['2010', '2011-01-01T00:00:00.000Z'],
  ['2010-12', '2011-01-01T00:00:00.000Z'],
  ['feb 2012', '2012-03-01T00:00:00.000Z'],
  ['29 feb 2012', '2012-03-01T00:00:00.000Z'],
  ['today', '2021-05-07T00:00:00.000Z'],
  ['2010-02-08 9:30', '2010-02-08T09:31:00.000Z'],
  ['-1d', '2020-03-30T15:30:01.000Z'],
])('%s goes on until %s', (text, after) => {
  const found = readTypedTime(text, { from: FROM, last: LAST });
  expect('after' in found && new Date(found.after * 1000).toISOString()).toBe(after);
});

it('has no now on an empty chart', () => {
  const empty = { problem: 'The chart has no bars yet.' };
  expect(readTypedTime('now', { from: FROM, last: null })).toEqual(empty);
  expect(readTypedTime('today', { from: FROM, last: null })).toEqual(empty);
});

it.each([
  ['02/08/2010', /Which of the two is the month/],
  ['2010-02-30', /no day 30/],
  ['2010-13-01', /no month 13/],
  ['2010-02-00', /no day 0/],
  ['31 foo 2010', /“foo” is no month/],
  ['2010-02-08 25:00', /no such time of day/],
  ['next tuesday', /^Write it as/],
  ['', /^Write it as/],
])('asks back about %j', (text, problem) => {
  expect(read(text)).toMatch(problem);
});

it.each([
  ['2010-11-07 01:30', 900, '2010-11-07T05:30:00Z'],
  ['2010-11-08 09:30', 900, '2010-11-08T14:30:00Z'],
  ['2010-07-01 09:30', 900, '2010-07-01T13:30:00Z'],
  ['+1d', 900, '2010-11-02T04:00:00Z'],
  // A bar of days from midnight UTC on is a date.
  ['2010-11-08', 86_400, '2010-11-08T00:00:00Z'],
])('reads %s on the clocks of New York (bars of %d s)', (text, timeframe, expected) => {
  const from = Date.parse(timeframe === 900 ? '2010-11-01T04:00:00Z' : '2010-11-01') / 1000;
  const base = { from, last: from };
  expect(readTimeIn(clockOf('America/New_York'), text, base, timeframe)).toMatchObject({
    time: Date.parse(expected) / 1000,
  });
});
