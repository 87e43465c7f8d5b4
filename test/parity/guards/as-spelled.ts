import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PythonFloat } from '../../../engine/core/python-json.ts';
import type { Golden } from '../parity-types.ts';

/** Reads a golden file with whole numbers as Python's ints and all others as its floats, as they are spelled. */
export function asSpelled(folder: string, name: string): Golden {
  // The types do not know the third argument, which holds the text that a value was read from.
  const revive = (_key: string, value: unknown, { source }: { source?: string } = {}): unknown => {
    if (typeof value !== 'number') return value;
    return /^-?\d+$/u.test(source ?? '') ? BigInt(source ?? 0) : new PythonFloat(value);
  };
  return JSON.parse(
    readFileSync(path.join(folder, name), 'utf8'),
    revive as Parameters<typeof JSON.parse>[1],
  );
}
