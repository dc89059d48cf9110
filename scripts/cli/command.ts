import { parseArgs } from 'node:util';
import { Failure } from './failure';
import { sentenceOf } from './sentence';

type Option =
  | { type: 'boolean'; default?: boolean }
  | { type: 'string' }
  | { type: 'string'; multiple: true };
export type Options = Record<string, Option>;
export type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends { type: 'boolean' }
    ? boolean
    : O[Name] extends { multiple: true }
      ? string[] | undefined
      : string | undefined;
};

export type Command<O extends Options = Options> = {
  usage: string;
  options: O;
  /** How many arguments it takes besides options; `expected` is the sentence for any other number. */
  operands?: { atLeast: number; atMost: number; expected: string };
  /** Takes everything from the first operand on as it is, for a command line of its own. */
  passesOn?: boolean;
  /** Answers the exit code; 0 when it answers none. What it needs is imported here, so that help is quick. */
  run(values: Values<O>, operands: string[]): Promise<number | undefined> | Promise<void>;
};

/** Types a command's values by its options. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command;

/** Wrong arguments: the usage is shown below the message. */
export class UsageError extends Failure {
  override name = 'UsageError';
}

/**
 * Runs a command with the process's arguments. Help and arguments that are not understood do
 * nothing else; an error becomes a sentence and exit code 1.
 */
export async function runCommand<O extends Options>(
  command: Command<O>,
  args = process.argv.slice(2),
): Promise<void> {
  try {
    const read = readArguments(command, args);
    if (read === 'help') console.log(command.usage);
    else process.exitCode = (await command.run(read.values, read.operands)) ?? process.exitCode;
  } catch (error) {
    console.error(sentenceOf(error));
    if (error instanceof UsageError) console.error(`\n${command.usage}`);
    process.exitCode = 1;
  }
}

/** The values and operands of a command line; throws a UsageError for one that is not understood. */
export function readArguments<O extends Options>(command: Command<O>, args: string[]) {
  const booleans = Object.entries(command.options)
    .filter(([, { type }]) => type === 'boolean')
    .map(([name]) => [name, false]);
  const first = args.findIndex((arg) => !arg.startsWith('-'));
  const end = command.passesOn && first >= 0 ? first : args.length;
  const { values, positionals } = parse(command.options, args.slice(0, end));
  const operands = [...positionals, ...args.slice(end)];
  if (values.help) return 'help';
  const { atLeast, atMost, expected } = command.operands ?? NO_OPERANDS;
  if (operands.length < atLeast || operands.length > atMost) throw new UsageError(expected);
  return { values: { ...Object.fromEntries(booleans), ...values } as Values<O>, operands };
}

const NO_OPERANDS = { atLeast: 0, atMost: 0, expected: 'This takes options only.' };

function parse(options: Options, args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    // What follows the name advises how to pass it as a file, which is hardly ever meant.
    const [, name] = /^Unknown option '([^']*)'/.exec(message) ?? [];
    throw new UsageError(name === undefined ? `${message}.` : `There is no option ${name}.`);
  }
}
