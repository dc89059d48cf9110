import type * as z from 'zod';

/** How a field's values are written in files and shown to people. */
export type FieldKind = 'text' | 'long-text' | 'time' | 'number' | 'list' | 'object' | 'geometry';

export type Field = {
  /** What people call it. */
  title: string;
  kind: FieldKind;
  /** What may be entered. */
  input: z.ZodType;
  /** What comes back: old data may hold what can't be entered any more. */
  stored: z.ZodType;
  /** The value where none is given; a field without it must always be given. */
  unset?: unknown;
};
/**
 * The only list of an entity's fields. Schemas, columns that are written and compared, defaults,
 * files and dialogs are all made from it.
 */
export type FieldList = Record<string, Field>;

/** What must be said of a row, and what may be. */
export type Given<List extends FieldList> = {
  [Key in keyof List as 'unset' extends keyof List[Key] ? never : Key]: z.output<
    List[Key]['input']
  >;
} & { [Key in keyof List]?: z.output<List[Key]['input']> };
export type Values<List extends FieldList> = { [Key in keyof List]: z.output<List[Key]['input']> };
export type KeyOf<List extends FieldList> = keyof List & string;

export const keysOf = <List extends FieldList>(list: List) => Object.keys(list) as KeyOf<List>[];

/** The list as zod shapes: of what may be entered, and of what comes back. */
export function inputShape<List extends FieldList>(list: List) {
  return mapFields(list, ({ input }) => input) as { [Key in keyof List]: List[Key]['input'] };
}
export function storedShape<List extends FieldList>(list: List) {
  return mapFields(list, ({ stored }) => stored) as { [Key in keyof List]: List[Key]['stored'] };
}

/** All fields, of which only `given` are said. */
export function complete<List extends FieldList>(list: List, given: Given<List>): Values<List> {
  return { ...mapFields(list, ({ unset }) => unset), ...given } as Values<List>;
}

/** The fields of a row, and nothing else of it; one that an old row does not have is unset. */
export function pickFields<List extends FieldList>(list: List, row: Values<List>): Values<List> {
  return mapFields(list, ({ unset }, key) => (key in row ? row[key] : unset)) as Values<List>;
}

const mapFields = (list: FieldList, of: (field: Field, key: string) => unknown) =>
  Object.fromEntries(Object.entries(list).map(([key, field]) => [key, of(field, key)]));
