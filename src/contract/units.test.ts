import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { windowInput } from './candles';
import type { Span } from './spans';
import type { TileColumns } from './tile-codec';
import type { BarIndex, Price, Px, UtcSeconds } from './units';

type Fits<From, To> = From extends To ? true : false;

/* Read by tsc: nothing of it runs. */
test('a number of one unit is none of another', () => {
  expectTypeOf<Fits<UtcSeconds, BarIndex>>().toEqualTypeOf<false>();
  expectTypeOf<Fits<BarIndex, Px>>().toEqualTypeOf<false>();
  expectTypeOf<Fits<Px, Price>>().toEqualTypeOf<false>();
  expectTypeOf<Fits<Price, UtcSeconds>>().toEqualTypeOf<false>();
});

test('a plain number is of any unit, and each is a number', () => {
  expectTypeOf<Fits<number, UtcSeconds>>().toEqualTypeOf<true>();
  expectTypeOf<Fits<UtcSeconds, number>>().toEqualTypeOf<true>();
});

test('what comes over the wire has its unit', () => {
  expectTypeOf<Span['startTime']>().toEqualTypeOf<UtcSeconds>();
  expectTypeOf<TileColumns['close'][number]>().toEqualTypeOf<Price>();
  expectTypeOf<z.output<typeof windowInput>['from']>().toEqualTypeOf<UtcSeconds>();
});
