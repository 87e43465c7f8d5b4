import type { Choose } from './mutate.ts';

/** Flips, overwrites, inserts, removes or repeats some bytes. */
export function mutatedBytes(bytes: Uint8Array, choose: Choose): Uint8Array {
  const at = choose(bytes.length + 1);
  const length = choose(choose(4) === 0 ? 60 : 4);
  const rest = bytes.subarray(Math.min(bytes.length, at + length));
  const random = Uint8Array.from({ length: 1 + choose(12) }, () => (choose(2) === 0 ? 0xff : choose(256)));
  const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  switch (choose(6)) {
    case 0:
      return join(bytes.subarray(0, at), rest);
    case 1:
      return join(bytes.subarray(0, at), random, bytes.subarray(at));
    case 2:
      return join(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 3:
      return choose(10) === 0
        ? bytes.slice(0, at)
        : join(bytes.subarray(0, at), random.subarray(0, 1), bytes.subarray(at + 1));
    default: {
      const copy = bytes.slice();
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << choose(8));
      return copy;
    }
  }
}
