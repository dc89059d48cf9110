import * as z from 'zod';
import { color, name } from './common';

/* Span labels and annotation types: two sets of names that rows carry as text. */

export const typeId = z.int().min(1).max(2_147_483_647);
/** The keys that label the selected span. */
export const hotkey = z.string().regex(/^[0-9]$/, 'a digit');

/** What a person decides about a label; `name` is what rows, exports and models say. */
export const typeFields = {
  name: name(100),
  displayName: name(100),
  color,
};
export const typeInput = z.strictObject({ id: typeId });
/** Every type of the set, once, in the order that people will see. */
export const reorderTypesInput = z.strictObject({ ids: z.array(typeId).min(1).max(1_000) });

/** A type as it comes back; old data may hold colours and keys that can't be entered any more. */
export const storedType = {
  id: typeId,
  name: z.string(),
  displayName: z.string(),
  color: z.string(),
  isActive: z.boolean(),
  sortOrder: z.int(),
};
