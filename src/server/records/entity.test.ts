import { expect, test } from 'vitest';
import * as z from 'zod';
import { ANNOTATION_FIELDS } from '@/contract/annotations';
import { keysOf } from '@/contract/fields';
import { SPAN_FIELDS, type SpanFields } from '@/contract/spans';
import { spanAnnotations } from '@/lib/db/schema';
import { annotationEntity } from '../annotations/data';
import { spanEntity } from '../spans/data';
import { defineEntity } from './entity';

test('an entity writes and compares every field of the contract', () => {
  expect(spanEntity.fields).toEqual(keysOf(SPAN_FIELDS));
  expect(annotationEntity.fields).toEqual(keysOf(ANNOTATION_FIELDS));
});

test('a field without a column does not compile, and stops the server when it starts', () => {
  type Longer = SpanFields & { unheardOf: string };
  const unheardOf = {
    title: 'Unheard of',
    kind: 'text',
    input: z.string(),
    stored: z.string(),
  } as const;
  const { check, overlapping, loggedOverlapping, other } = spanEntity;
  const define = () =>
    defineEntity<Longer>({
      name: 'span',
      // @ts-expect-error: the table has no column `unheardOf`.
      table: spanAnnotations,
      other,
      fields: { ...SPAN_FIELDS, unheardOf },
      labelKey: 'label',
      orderKey: 'startTime',
      check,
      overlapping,
      loggedOverlapping,
    });
  expect(define).toThrow('the table has no column unheardOf');
});

test('a field of the contract that the entity does not take does not compile', () => {
  const { label: _, ...without } = SPAN_FIELDS;
  const define = () =>
    defineEntity<SpanFields>({
      ...spanEntity,
      table: spanAnnotations,
      // @ts-expect-error: `label` is missing.
      fields: without,
      labelKey: 'label',
      orderKey: 'startTime',
    });
  expect(define).not.toThrow();
});
