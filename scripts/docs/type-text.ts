import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** A JSON schema as a TypeScript type, its bounds as comments. */
export function typeText(schema: Schema, indent = ''): string {
  if (schema.$ref) return nameOf(schema.$ref);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    const texts = options.map((option) => typeText(asSchema(option), indent));
    return texts.filter((text) => text.includes('\n')).length > 1
      ? texts.map((text) => `\n${indent}  | ${text.replaceAll('\n', '\n  ')}`).join('')
      : texts.join(' | ');
  }
  // zod writes a bare type that may be null as a list of two.
  if (Array.isArray(schema.type)) return (schema.type as string[]).join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'object':
      return objectText(schema, indent);
    case 'array': {
      const items = typeText(asSchema(schema.items as never), indent);
      return /^(\w+|\{[^|]*\})(\[\])*$/.test(items) ? `${items}[]` : `(${items})[]`;
    }
    case 'integer':
      return 'number';
    default:
      return typeof schema.type === 'string' ? schema.type : 'unknown';
  }
}

function objectText(schema: Schema, indent: string): string {
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) {
    return `Record<string, ${typeText(asSchema(additionalProperties as never), indent)}>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([key, value]) => {
    const part = asSchema(value);
    const mark = required.includes(key) ? '' : '?';
    const note = boundsOf(part);
    return `${inner}${key}${mark}:${spaced(typeText(part, inner))};${note ? ` // ${note}` : ''}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

/** A type behind its colon; a list of alternatives begins on a line of its own. */
export const spaced = (text: string) => (text.startsWith('\n') ? text : ` ${text}`);

/** What a type can't say. */
function boundsOf(schema: Schema): string {
  const { anyOf } = schema;
  if (anyOf?.length === 2 && asSchema(anyOf[1]!).type === 'null')
    return boundsOf(asSchema(anyOf[0]!));
  const notes: string[] = [];
  if (schema.type === 'array') {
    notes.push(range(schema.minItems, schema.maxItems));
    const items = boundsOf(asSchema(schema.items as never));
    if (items && !items.startsWith('{')) notes.push(`each ${items}`);
  } else if (schema.type === 'string' || schema.maxLength !== undefined) {
    if (schema.format) notes.push(schema.format);
    else if (schema.pattern) notes.push(schema.pattern);
    const length = range(schema.minLength, schema.maxLength);
    if (length) notes.push(`${length} characters`);
  } else if (schema.type === 'integer') {
    notes.push(['whole', bound(schema.minimum, schema.maximum)].filter(Boolean).join(', '));
  } else if (schema.type === 'number') {
    notes.push(bound(schema.minimum, schema.maximum));
  }
  if (schema.default !== undefined) notes.push(`default ${JSON.stringify(schema.default)}`);
  return notes.filter(Boolean).join('; ');
}

const asSchema = (part: z.core.JSONSchema._JSONSchema): Schema =>
  typeof part === 'object' ? part : {};

export const nameOf = (ref: string) => {
  const name = ref.split('/').at(-1) ?? '';
  // What zod itself defines is JSON that refers to itself.
  return name.startsWith('__') ? 'Json' : name;
};

function range(min: number | undefined, max: number | undefined): string {
  if (max === undefined) return min ? `at least ${number(min)}` : '';
  return min ? `${number(min)} to ${number(max)}` : `at most ${number(max)}`;
}

function bound(min: number | undefined, max: number | undefined): string {
  const [low, high] = [isEdge(min) ? undefined : min, isEdge(max) ? undefined : max];
  if (low === undefined) return high === undefined ? '' : `at most ${number(high)}`;
  return high === undefined ? `from ${number(low)}` : `${number(low)} to ${number(high)}`;
}

/** The ends of what a number can hold, and of time, say nothing. */
const isEdge = (value: number | undefined) =>
  value === undefined || Math.abs(value) >= 2_147_483_647;
const number = (value: number) => value.toLocaleString('en');
