import { sum } from '../../../engine/numerics/numpy-reduce.ts';
import { Pcg64 } from '../../../engine/numerics/pcg64.ts';
import { SeedSequence } from '../../../engine/numerics/seed-sequence.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** SeedSequence, PCG64 and its draws (spec 02 §6.5). */
export const rngPcg64 = goldenCases((input) => {
  if (input.ops) return mixedDraws(input);
  return input.weights ? weightedDraws(input) : everyDraw(input);
});

function everyDraw({ seed, ns, sizes }: Golden): Golden {
  const fresh = () => new Pcg64(BigInt(seed));
  const list = (count: number, draw: (generator: Pcg64) => unknown) => {
    const generator = fresh();
    return Array.from({ length: count }, () => draw(generator));
  };
  const sequence = new SeedSequence(BigInt(seed));
  const words = [...sequence.generateState(8)];
  const { state, increment } = fresh().snapshot();
  return {
    pool: [...sequence.pool],
    generate_state_u32_8: words,
    generate_state_u64_4: [0, 2, 4, 6].map((at) => joined(words[at + 1] ?? 0, words[at] ?? 0)),
    state: String(state),
    inc: String(increment),
    raw64: list(sizes.raw64, (generator) => {
      const { high, low } = generator.next64();
      return joined(high, low);
    }),
    random: list(sizes.random, (generator) => generator.random()),
    next32: list(sizes.next32, (generator) => generator.next32()),
    integers: Object.fromEntries(
      ns.map((n: Golden) => [String(n), spelled(fresh().integers(Number(n), sizes.integers))]),
    ),
  };
}

function mixedDraws({ seed, ops }: Golden): Golden {
  const generator = new Pcg64(BigInt(seed));
  return {
    results: ops.map(([operation, first, count]: Golden) => {
      if (operation === 'random') return Array.from({ length: first }, () => generator.random());
      return operation === 'choice'
        ? [...generator.choice(first, count)]
        : spelled(generator.integers(Number(first), count));
    }),
  };
}

/** Normalised twice, as the weighted bootstrap does. */
function weightedDraws({ seed, weights, n_calls: calls }: Golden): Golden {
  const normalised = (list: readonly number[]) => {
    const total = sum(list);
    return list.map((weight) => weight / total);
  };
  const p = normalised(normalised(weights));
  const generator = new Pcg64(BigInt(seed));
  return { p, draws: Array.from({ length: calls }, () => [...generator.choice(p, p.length)]) };
}

function joined(high: number, low: number): string {
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

/** Integers above 2^53 are texts in the golden files. */
function spelled(values: Float64Array): (number | string)[] {
  return [...values].map((value) => (Number.isSafeInteger(value) ? value : String(value)));
}
