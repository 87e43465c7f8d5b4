import type { Golden, ParityCase, Tolerance } from '../parity-types.ts';

/**
 * Cases of a file that has a section per function: a list, or a mapping by name, of what goes in beside what comes out. `outputs`
 * are the members that came out; the others, with the section's name, are the input.
 */
export function sectionCases(
  file: Golden,
  section: string,
  outputs: readonly string[],
  compute: (item: Golden, name: string) => Golden,
  tolerance: Tolerance = {},
): ParityCase[] {
  const found = file[section];
  if (found === undefined) throw new Error(`the file has no section "${section}"`);
  const entries: [string, Golden][] = Array.isArray(found)
    ? found.map((item, index) => [String(index), item])
    : Object.entries(found);
  return entries.map(([name, item]) => ({
    name: `${section}/${name}`,
    input: { section, name, ...without(item, outputs) },
    expected: only(item, outputs),
    defects: [],
    actual: () => only(compute(item, name), outputs),
    tolerance,
  }));
}

function only(item: Golden, keys: readonly string[]): Golden {
  return Object.fromEntries(keys.filter((key) => key in item).map((key) => [key, item[key]]));
}

function without(item: Golden, keys: readonly string[]): Golden {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !keys.includes(key)));
}
