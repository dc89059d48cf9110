import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTile, encodeTile, sharedDecimals, type TileColumns } from './tile-codec';

type Row = [time: number, o: number, h: number, l: number, c: number, volume: number];

function columns(rows: Row[]): TileColumns {
  const column = (i: number) => Float64Array.from(rows, (row) => row[i]!);
  const [time, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map(column);
  return { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
}

const bits = (tile: TileColumns) =>
  Object.fromEntries(
    Object.entries(tile).map(([name, values]) => [name, new BigUint64Array(values.buffer)]),
  );

const decimal = (max: number) =>
  fc
    .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max }))
    .map(([units, decimals]) => Number(`${units}e-${decimals}`));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const tile = (price: fc.Arbitrary<number>, volume: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(decimal(6), price, price, price, price, volume), { maxLength: 60 })
    .map((rows) => columns(rows as Row[]));
const maybe = (value: fc.Arbitrary<number>) => fc.oneof(value, fc.constant(Number.NaN));

describe('encodeTile and decodeTile', () => {
  it.each([
    ['decimals', tile(decimal(12), decimal(8))],
    ['decimals with gaps in volume', tile(decimal(5), maybe(decimal(2)))],
    ['any double', tile(finite, maybe(finite))],
    ['decimals and doubles', tile(fc.oneof(decimal(3), finite), fc.constant(Number.NaN))],
  ])('give back %s bit for bit', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (given) => {
        expect(bits(decodeTile(encodeTile(given)))).toEqual(bits(given));
      }),
      { numRuns: 300 },
    );
  });

  it('take a byte or two a value for ordinary prices', () => {
    const rows = Array.from({ length: 1024 }, (_, i): Row => {
      const open = Number((1.1 + Math.sin(i / 50) / 100).toFixed(5));
      const close = Number((open + Math.cos(i) / 2_000).toFixed(5));
      return [
        1.5e9 + 60 * i,
        open,
        Math.max(open, close) + 0,
        Math.min(open, close),
        close,
        i % 90,
      ];
    });
    expect(encodeTile(columns(rows)).length).toBeLessThan(1024 * 9);
  });

  it('reads a view into a larger buffer', () => {
    const bytes = encodeTile(columns([[1, 2, 3, 1, 2, 4]]));
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    expect(decodeTile(larger.subarray(7)).high[0]).toBe(3);
  });
});

describe('decodeTile', () => {
  const bytes = encodeTile(
    columns([
      [60, 1.5, 2, 1, 1.25, 10],
      [120, 1.25, 2, 1, 1.5, Number.NaN],
    ]),
  );

  it.each([
    ['no bytes', new Uint8Array(), 'ends too early'],
    ['another version', Uint8Array.of(9, ...bytes.slice(1)), 'version is 9'],
    ['bytes after its end', Uint8Array.of(...bytes, 0), 'bytes follow its end'],
    ['a count of bars beyond its size', Uint8Array.of(1, 255, 255, 3), 'claims 65535 bars'],
    ['a number that never ends', Uint8Array.of(1, ...Array(20).fill(255)), 'too long'],
    ['decimals that no column has', Uint8Array.of(1, 1, 99, 0, 0, 0, 0), '99 decimals'],
  ])('refuses %s', (_, damaged, sentence) => {
    expect(() => decodeTile(damaged)).toThrow(RangeError);
    expect(() => decodeTile(damaged)).toThrow(sentence);
  });

  it('refuses every proper beginning of a tile', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTile(bytes.slice(0, length))).toThrow('This tile is damaged');
    }
  });
});

describe('sharedDecimals', () => {
  it.each([
    [[[1, 20, 300]], 0],
    [[[1.5, 1.25]], 2],
    [
      [
        [1.5, 2],
        [3, 0.125],
      ],
      3,
    ],
    [[[0.1 + 0.2]], null],
    [[[1e-12]], 12],
    [[[Number.NaN, 0.5]], null],
    [[[-0]], null],
    [[[2 ** 60]], null],
    [[[2 ** 51], [0.5]], null],
  ])('of %j are %j', (given, decimals) => {
    const columns = given.map((values) => Float64Array.from(values));
    const units = new Float64Array(given.flat().length);
    expect(sharedDecimals(columns, units)).toBe(decimals);
    if (decimals === null) return;
    expect([...units]).toEqual(given.flat().map((value) => Math.round(value * 10 ** decimals)));
  });
});
