import type * as z from 'zod';

const TYPES: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object of names and values',
  record: 'an object of names and values',
  array: 'a list',
};

/** What is wrong with a value of a file, to follow it in a sentence. */
export function whyNot(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is not ${TYPES[issue.expected] ?? 'of the kind that stands here'}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `is longer than ${issue.maximum} characters`
        : `is above ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'string' ? 'is too short' : `is below ${issue.minimum}`;
    case 'invalid_format':
      return issue.format === 'uuid' ? 'is not a UUID' : 'is not written as it has to be';
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`;
    case 'custom':
      // These are sentences of our own.
      return issue.message;
    default:
      return 'is not what can stand here';
  }
}
