import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNothing, plainNumber, readNumber, readVolume } from './numbers';

const plain = (text: string, point = '.') => {
  const bytes = Buffer.from(`;${text};`);
  return plainNumber(bytes, 1, bytes.length - 1, point.charCodeAt(0));
};

describe('plainNumber', () => {
  it('reads what it reads as Number does, to the bit', () => {
    const decimal = fc
      .tuple(fc.constantFrom('', '-', '+'), fc.nat(2 ** 31 - 1), fc.stringMatching(/^\d{0,9}$/))
      .map(([sign, whole, decimals]) => `${sign}${whole}.${decimals}`);
    fc.assert(
      fc.property(fc.oneof(decimal, fc.double({ noNaN: true }).map(String)), (text) => {
        const read = plain(text);
        if (!Number.isNaN(read)) expect(read).toBe(Number(text));
        else
          expect(readNumber(text, false)).toBe(Number.isFinite(Number(text)) ? Number(text) : NaN);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['1.0716', 1.0716],
    ['-5', -5],
    ['.5', 0.5],
    ['7.', 7],
    ['', Number.NaN],
    ['-', Number.NaN],
    ['.', Number.NaN],
    ['1e5', Number.NaN],
    ['1 000', Number.NaN],
    ['12345678901234567890', Number.NaN],
  ])('%s is %d', (text, value) => expect(plain(text)).toBe(value));

  it('takes a comma for the decimal sign', () => {
    expect(plain('1,25', ',')).toBe(1.25);
    expect(plain('1.25', ',')).toBeNaN();
  });
});

describe('readNumber', () => {
  it.each([
    ['1,234.5', 1234.5],
    ['12,345,678', 12_345_678],
    ['1,23,456.78', 123_456.78],
    ['1 234.5', 1234.5],
    ["1'234.5", 1234.5],
    ['-1.40E-05', -1.4e-5],
    ['$1,234.50', 1234.5],
    ['1,23', Number.NaN],
    ['1,2345', Number.NaN],
    ['1,234,56', Number.NaN],
    ['0x10', Number.NaN],
    ['Infinity', Number.NaN],
    ['1.2.3', Number.NaN],
    ['\u22121,037.63', -1037.63],
  ])('with a point: %s is %d', (text, value) => expect(readNumber(text, false)).toBe(value));

  it.each([
    ['1.234,5', 1234.5],
    ['1,5', 1.5],
    ['1.234', 1234],
    ['1.23', Number.NaN],
    ['1,2,3', Number.NaN],
  ])('with a decimal comma: %s is %d', (text, value) => expect(readNumber(text, true)).toBe(value));
});

it('reads volumes that are shortened', () => {
  expect(readVolume('117.53M', false)).toBe(117_530_000);
  expect(readVolume('1,2k', true)).toBe(1_200);
  expect(readVolume('M', false)).toBeNaN();
});

it.each(['', '-', 'NaN', 'null', 'N/A'])('takes “%s” for no value', (text) => {
  expect(isNothing(text)).toBe(true);
});
