import { expect, test } from 'vitest';
import { defineCommand, readArguments, UsageError } from './command';

const command = defineCommand({
  usage: 'Usage: npm run x -- FILE',
  options: {
    all: { type: 'boolean' },
    name: { type: 'string' },
    chart: { type: 'string', multiple: true },
  },
  operands: { atLeast: 1, atMost: 4, expected: 'Name a file.' },
  run: async () => {},
});
const read = (...args: string[]) => readArguments(command, args);

test('values by their options, operands in their order', () => {
  expect(read('a', '--chart', 'x', 'b', '--chart=y', '--name', 'n')).toEqual({
    values: { all: false, name: 'n', chart: ['x', 'y'] },
    operands: ['a', 'b'],
  });
  expect(read('--all', '--', '--name')).toEqual({ values: { all: true }, operands: ['--name'] });
});

test('help is asked for by either name, whatever else is missing', () => {
  expect(read('--help')).toBe('help');
  expect(read('-h', '--all')).toBe('help');
});

test('options after the first operand are for the command that it names', () => {
  const outer = defineCommand({ ...command, passesOn: true });
  expect(readArguments(outer, ['--all', 'train', '--folds', '3', '--help'])).toEqual({
    values: { all: true },
    operands: ['train', '--folds', '3', '--help'],
  });
  expect(readArguments(outer, ['--help', 'train'])).toBe('help');
});

test.each([
  ['There is no option --nome.', ['a', '--nome']],
  ['There is no option -x.', ['a', '-x']],
  ["Option '--name <value>' argument missing.", ['a', '--name']],
  ["Option '--all' does not take an argument.", ['a', '--all=1']],
  ['Name a file.', []],
  ['Name a file.', ['a', 'b', 'c', 'd', 'e']],
])('%s', (message, args) => {
  expect(() => read(...args)).toThrow(new UsageError(message));
});
