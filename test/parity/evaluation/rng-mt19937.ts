import { Mt19937 } from '../../../engine/numerics/mt19937.ts';
import { PythonRandom } from '../../../engine/numerics/python-random.ts';
import { randomStatePermutation } from '../../../engine/numerics/random-state-permutation.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** CPython's generator and NumPy's legacy permutation (spec 02 §6.6, §6.7). */
export const rngMt19937 = goldenCases(
  byOperation({ python_random: pythonDraws, numpy_RandomState_permutation: permutation }, ({ kind }) => kind),
);

/** How many draws there are stands only in the expected lists. */
function pythonDraws({ seed }: Golden, expected: Golden): Golden {
  const generator = () => new PythonRandom(BigInt(seed));
  const list = (key: string, draw: (generator: PythonRandom) => number) => {
    const stream = generator();
    return expected[key].map(() => draw(stream));
  };
  const bits = generator();
  return {
    random: list('random', (stream) => stream.random()),
    getrandbits32: list('getrandbits32', (stream) => stream.getRandBits(32)),
    getrandbits_k: expected.getrandbits_k.map(([count]: [number]) => [
      count,
      String(bits.getRandBitsBig(count)),
    ]),
    ...Object.fromEntries(
      Object.keys(expected)
        .filter((key) => /^rand(int|range)_/u.test(key))
        .map((key) => [key, list(key, rangeOf(key))]),
    ),
  };
}

/** `randint_0_19` draws from 0 to 19, `randrange_7` from 0 to 6. */
function rangeOf(key: string): (generator: PythonRandom) => number {
  const [first = 0, last = 0] = key.split('_').slice(1).map(Number);
  return key.startsWith('randint')
    ? (generator) => generator.randInt(first, last)
    : (generator) => generator.randBelow(first);
}

function permutation({ seed, n }: Golden, expected: Golden): Golden {
  const generator = Mt19937.fromWord(seed);
  return {
    permutation: [...randomStatePermutation(seed, n)],
    first_u32: expected.first_u32.map(() => generator.next32()),
  };
}
