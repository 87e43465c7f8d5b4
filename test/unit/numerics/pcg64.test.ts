import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pcg64 } from '../../../engine/numerics/pcg64.ts';
import { SeedSequence } from '../../../engine/numerics/seed-sequence.ts';
import { goldenCases } from '../../fixtures/golden-cases.ts';

const cases = goldenCases('evaluation/rng_pcg64');
const named = (prefix: string) =>
  cases.filter(({ name }) => name.startsWith(prefix)).map((c) => [c.name, c] as const);

test.each(named('seed_'))('%s', (_, { input, expected }) => {
  const fresh = () => new Pcg64(BigInt(input.seed));
  const sequence = new SeedSequence(BigInt(input.seed));
  expect([...sequence.pool]).toEqual(expected.pool);
  expect([...sequence.generateState(8)]).toEqual(expected.generate_state_u32_8);
  const raw = fresh();
  expect(expected.raw64.map(() => next64(raw))).toEqual(expected.raw64);
  const halves = fresh();
  expect(expected.next32.map(() => halves.next32())).toEqual(expected.next32);
  const doubles = fresh();
  expect(expected.random.map(() => doubles.random())).toEqual(expected.random);
  for (const [bound, values] of Object.entries<number[]>(expected.integers)) {
    expect([...fresh().integers(Number(bound), values.length)]).toEqual(values);
  }
});

test.each(named('mixed_'))('%s', (_, { input, expected }) => {
  const generator = new Pcg64(BigInt(input.seed));
  const results = input.ops.map(([operation, ...args]: [string, never, never]) => {
    if (operation === 'random') return Array.from({ length: args[0] }, () => generator.random());
    return [...(operation === 'choice' ? generator.choice(...args) : generator.integers(...args))];
  });
  expect(results).toEqual(expected.results);
});

test.each(named('choice_'))('%s', (_, { input, expected }) => {
  const generator = new Pcg64(BigInt(input.seed));
  const draws = Array.from({ length: input.n_calls }, () => [
    ...generator.choice(expected.p, expected.p.length),
  ]);
  expect(draws).toEqual(expected.draws);
});

test('every named case is one of the three kinds', () => {
  expect(named('seed_').length + named('mixed_').length + named('choice_').length).toBe(cases.length);
});

test('integers stay below their bound and doubles below one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 40 }), (seed, bound) => {
      const generator = new Pcg64(seed);
      const values = [...generator.integers(bound, 20)];
      const double = generator.random();
      return (
        values.every((value) => Number.isInteger(value) && value >= 0 && value < bound) &&
        double >= 0 &&
        double < 1
      );
    }),
  );
});

test('negative seeds and bounds below one are refused', () => {
  expect(() => new Pcg64(-1)).toThrow(RangeError);
  expect(() => new Pcg64(1).integers(0, 1)).toThrow(RangeError);
});

function next64(generator: Pcg64): string {
  const { high, low } = generator.next64();
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

test('the guide table finds what counting finds', () => {
  const weights = fc
    .array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 40 })
    .filter((list) => list.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, fc.nat(), (list, seed) => {
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const draws = new Pcg64(seed);
      const expected = Array.from({ length: 50 }, () => {
        const draw = draws.random();
        let sum = 0;
        return list.filter((weight) => {
          sum += weight;
          return sum / total <= draw;
        }).length;
      });
      expect([...new Pcg64(seed).choice(list, 50)]).toEqual(expected);
    }),
  );
});
