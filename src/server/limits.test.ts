import { expect, test } from 'vitest';
import * as z from 'zod';
import { describeProcedure } from './describe-procedure';
import { procedures } from './testing';

/** Where input may be of any size; `path` is for people. */
function unbounded(schema: z.core.JSONSchema.BaseSchema, path: string): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap((part) => unbounded(asSchema(part), path));
  switch (schema.type) {
    case 'string': {
      const isBounded = schema.maxLength !== undefined || isShort(schema.pattern) || schema.const;
      return isBounded || schema.enum ? [] : [`${path}: a string`];
    }
    case 'array': {
      const inside = unbounded(asSchema(schema.items as never), `${path}[]`);
      return schema.maxItems === undefined ? [`${path}: an array`, ...inside] : inside;
    }
    case 'object':
      // A record that is bounded as a whole says so; what is in it is bounded with it.
      if (schema.maxLength !== undefined) return [];
      if (schema.additionalProperties !== false) return [`${path}: an object with any keys`];
      return Object.entries(schema.properties ?? {}).flatMap(([key, part]) =>
        unbounded(asSchema(part), `${path}.${key}`),
      );
    case 'number':
    case 'integer':
    case 'boolean':
    case 'null':
      return [];
    default:
      return [`${path}: ${JSON.stringify(schema)}, which this test does not know`];
  }
}

const asSchema = (part: z.core.JSONSchema._JSONSchema) => (typeof part === 'object' ? part : {});
const schemaOf = (input: z.core.$ZodType) => z.toJSONSchema(input, { io: 'input' });

/** A pattern for whole strings without a part that may go on for ever. */
const isShort = (pattern = '') => /^\^.*\$$/.test(pattern) && !/[^\\][*+]|\{\d+,\}/.test(pattern);

test.each(procedures)('$path takes only so much', ({ path, inputs }) => {
  // The last one is the procedure's own; before it may stand that of the chart.
  const own = inputs.at(-1);
  expect(own ? unbounded(schemaOf(own), path) : []).toEqual([]);
});

test.each(procedures)('$path says what it does, and answers only so much', ({ path }) => {
  const { summary, output } = describeProcedure(path);
  expect(summary).toMatch(/^[A-Z].*\.$/);
  // Without the names of its parts, they stand in it; texts are as long as rows may hold.
  const schema = z.toJSONSchema(output, { unrepresentable: 'any', metadata: z.registry() });
  expect(unbounded(schema, path).filter((line) => line.endsWith('an array'))).toEqual([]);
});

test('this test finds what it looks for', () => {
  const schema = z.strictObject({
    a: z.string(),
    b: z.array(z.uuid()).max(3).optional(),
    c: z.union([z.array(z.number()), z.string().regex(/^a+$/)]),
    d: z.record(z.string(), z.json()),
    e: z.string().regex(/^[a-f]{2}$/),
    f: z.object({ g: z.literal('h'), i: z.base64().nullable().default(null) }),
  });
  expect(unbounded(schemaOf(schema), 'x')).toEqual([
    'x.a: a string',
    'x.c: an array',
    'x.c: a string',
    'x.d: an object with any keys',
    'x.f: an object with any keys',
  ]);
});
