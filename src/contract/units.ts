declare const unit: unique symbol;

/** A number of one unit. A plain number fits, so that one can reckon; a number of another unit does not. */
type Unit<Name extends string> = number & { readonly [unit]?: Name };

/** Unix seconds in UTC, to the microsecond, which PostgreSQL keeps: the one form of time outside the database. */
export type UtcSeconds = Unit<'UtcSeconds'>;
/** Bars of level 0 from the first one on, with fractions: bar i lies between i and i + 1. */
export type BarIndex = Unit<'BarIndex'>;
/** CSS pixels. */
export type Px = Unit<'Px'>;
export type Price = Unit<'Price'>;

/** Such numbers in a row. */
export type Column<Value extends number> = Float64Array & { readonly [index: number]: Value };
