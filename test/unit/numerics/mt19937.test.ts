import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mt19937 } from '../../../engine/numerics/mt19937.ts';
import { PythonRandom } from '../../../engine/numerics/python-random.ts';
import { randomStatePermutation } from '../../../engine/numerics/random-state-permutation.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/rng_mt19937');
const ofKind = (kind: string) =>
  cases.filter(({ input }) => input.kind === kind).map((c) => [c.name, c] as const);

test.each(ofKind('python_random'))('%s', (_, { input, expected }) => {
  const draws = (values: unknown[], draw: (generator: PythonRandom) => number) => {
    const generator = new PythonRandom(BigInt(input.seed));
    return values.map(() => draw(generator));
  };
  expect(draws(expected.random, (g) => g.random())).toEqual(expected.random);
  expect(draws(expected.getrandbits32, (g) => g.getRandBits(32))).toEqual(expected.getrandbits32);
  expect(draws(expected.randint_0_9, (g) => g.randInt(0, 9))).toEqual(expected.randint_0_9);
  expect(draws(expected.randint_0_19, (g) => g.randInt(0, 19))).toEqual(expected.randint_0_19);
  expect(draws(expected.randint_0_30521, (g) => g.randInt(0, 30521))).toEqual(expected.randint_0_30521);
  expect(draws(expected.randrange_50257, (g) => g.randBelow(50257))).toEqual(expected.randrange_50257);
  // More bits than a double holds are never drawn here, so those calls end the comparison.
  const generator = new PythonRandom(BigInt(input.seed));
  const narrow = expected.getrandbits_k.filter(([bits]: [number]) => bits <= 53);
  expect(narrow.map(([bits]: [number]) => [bits, String(generator.getRandBits(bits))])).toEqual(narrow);
});

test.each(ofKind('numpy_RandomState_permutation'))('%s', (_, { input, expected }) => {
  expect([...randomStatePermutation(input.seed, input.n)]).toEqual(expected.permutation);
  const generator = Mt19937.fromWord(input.seed);
  expect(expected.first_u32.map(() => generator.next32())).toEqual(expected.first_u32);
});

test('every case is of one of the two kinds', () => {
  expect(ofKind('python_random').length + ofKind('numpy_RandomState_permutation').length).toBe(cases.length);
});

test('a permutation holds every index once', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 300 }), (seed, count) => {
      const sorted = randomStatePermutation(seed, count).sort();
      expect([...sorted]).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});

test('the sign of a seed does not count, and draws stay below their bound', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 40 }), (seed, bound) => {
      const [a, b] = [new PythonRandom(seed), new PythonRandom(-seed)];
      const value = a.randBelow(bound);
      expect(b.randBelow(bound)).toBe(value);
      expect(value >= 0 && value < bound && Number.isInteger(value)).toBe(true);
    }),
  );
});

test.each([-1, 2 ** 32, 0.5, Number.NaN])('one word cannot hold the seed %d', (seed) => {
  expect(() => randomStatePermutation(seed, 3)).toThrow(RangeError);
});

test.each([0, 54, 1.5])('%d bits are refused', (bits) => {
  expect(() => new PythonRandom(1).getRandBits(bits)).toThrow(RangeError);
});
