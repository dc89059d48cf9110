import fc from 'fast-check';
import * as z from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** Values that are there in the database, by the key that names them in input. */
export type Known = Record<string, readonly unknown[]>;

/** Input that a schema allows, often with values that `known` gives at that moment. */
export function inputsOf(input: z.core.$ZodType, known: () => Known): fc.Arbitrary<unknown> {
  return valuesOf(z.toJSONSchema(input, { io: 'input' }), '', known);
}

/** The same with something wrong in it, or nothing of the kind at all. */
export function strangeInputsOf(input: z.core.$ZodType, known: () => Known): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.anything(),
    fc
      .tuple(inputsOf(input, known), fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), wrong())
      .map(([value, way, change]) => spoil(value, way, change)),
  );
}

type Change = { value: unknown } | 'remove' | 'add';
const wrong = (): fc.Arbitrary<Change> =>
  fc.oneof(
    fc.anything().map((value) => ({ value })),
    fc
      .constantFrom(null, '', -1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, 'a\0b', '\ud800', [])
      .map((value) => ({ value })),
    fc.constantFrom<Change>('remove', 'add'),
  );

/** Follows `way` into the value and changes what is found there. */
function spoil(value: unknown, [first = 0, ...rest]: number[], change: Change): unknown {
  if (typeof value !== 'object' || value === null) return applied(value, change);
  const keys = Object.keys(value);
  if (change === 'add' && rest.length === 0) return { ...value, surprise: 1 };
  const key = keys[first % Math.max(keys.length, 1)];
  if (key === undefined) return applied(value, change);
  const copy: Record<string, unknown> = Array.isArray(value)
    ? (Object.assign([], value) as never)
    : { ...value };
  if (rest.length === 0 && change === 'remove') delete copy[key];
  else copy[key] = spoil(copy[key], rest, change);
  return copy;
}

const applied = (value: unknown, change: Change) =>
  typeof change === 'object' ? change.value : change === 'remove' ? undefined : { was: value };

function valuesOf(schema: Schema, key: string, known: () => Known): fc.Arbitrary<unknown> {
  const any = anyOf(schema, key, known);
  if (!(key in known())) return any;
  const one = fc.nat().map((at) => {
    const values = known()[key] ?? [];
    return values[at % values.length];
  });
  // What is to be created wants a uid that nothing has yet.
  const weight = key === 'uid' ? 1 : 19;
  return fc.oneof({ weight, arbitrary: one }, { weight: 1, arbitrary: any });
}

function anyOf(schema: Schema, key: string, known: () => Known): fc.Arbitrary<unknown> {
  const inside = (part: z.core.JSONSchema._JSONSchema | undefined, name = key) =>
    valuesOf(typeof part === 'object' ? part : {}, name, known);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((part) => inside(part)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case 'string':
      return strings(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'array':
      return fc.array(inside(schema.items as never, key.replace(/s$/, '')), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'object': {
      const { properties, required = [] } = schema;
      if (!properties) return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
      const parts = Object.entries(properties).map(([name, part]) => [name, inside(part, name)]);
      return fc.record(Object.fromEntries(parts), { requiredKeys: required as never[] });
    }
    default:
      return fc.jsonValue();
  }
}

function strings({ format, pattern, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'base64') return fc.base64String({ maxLength: 40 });
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  const unit = fc.constantFrom('grapheme' as const, 'binary' as const);
  return unit.chain((each) => fc.string({ unit: each, maxLength: Math.min(maxLength, 40) }));
}

function numbers({ type, minimum = -1e308, maximum = 1e308 }: Schema): fc.Arbitrary<number> {
  const edges = fc.constantFrom(minimum, maximum);
  const small = fc.integer({
    min: Math.ceil(Math.max(minimum, -10)),
    max: Math.floor(Math.min(maximum, 100)),
  });
  const wide =
    type === 'integer'
      ? fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  return fc.oneof({ weight: 1, arbitrary: edges }, { weight: 4, arbitrary: small }, wide);
}
