import { expect, it } from 'vitest';
import { completeSpan, spanDiff } from '@/contract/spans';
import { issuesOf } from './transport';

const line = (uid: string, notes: string | null = null) => ({
  uid,
  rev: 1,
  ...completeSpan({ startTime: 1, endTime: 2, label: 'flag', notes }),
});

it('says which records the issues with an input are about', () => {
  const uids = Array.from({ length: 3 }, () => crypto.randomUUID());
  const [a = '', b = '', c = ''] = uids;
  const diff = {
    created: [],
    updated: [line(a), line(b, 'x'.repeat(10_001))],
    deleted: [{ uid: c, rev: 1 }],
  };
  const { error } = spanDiff.safeParse(diff);
  // As a procedure says them, whose input has the diff under its name.
  const issues = error?.issues.map(({ path, message }) => ({ path: ['diff', ...path], message }));
  expect(issuesOf({ entity: 'span', diff, reviews: [] }, issues ?? [])).toEqual([
    { uid: b, reason: expect.stringContaining('10000') },
  ]);
  expect(
    issuesOf({ entity: 'span', diff, reviews: [] }, [{ path: ['chartId'], message: 'no' }]),
  ).toEqual([]);
});
