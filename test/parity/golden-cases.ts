import type { Golden, ParityCase, ParityFile, Tolerance } from './parity-types.ts';

interface Options {
  readonly tolerance?: Tolerance | ((pointer: string, input: Golden) => Tolerance);
  /** What is compared of the expected result, where that is not all of it. */
  readonly expected?: (expected: Golden) => Golden;
}

/**
 * The usual golden file: `cases` with name, input and expected, and `reference_defects` by name. `compute` makes ours from an
 * input; it gets `expected` for sizes and the whole file for shared corpora, never to copy numbers from it.
 */
export function goldenCases(
  compute: (input: Golden, expected: Golden, file: Golden, folder: string) => Golden | Promise<Golden>,
  { tolerance, expected: project = (whole) => whole }: Options = {},
): ParityFile {
  return {
    cases: ({ json, folder }) =>
      json.cases.map(({ name, input, expected }: Golden): ParityCase => {
        return {
          name,
          input,
          expected: project(expected),
          defects: json.reference_defects?.[name] ?? [],
          actual: () => compute(input, expected, json, folder),
          ...(tolerance === undefined
            ? {}
            : typeof tolerance === 'function'
              ? { tolerance: (pointer: string) => tolerance(pointer, input) }
              : { tolerance }),
        };
      }),
  };
}

/** Picks the computation by the input's `op`; an operation that is not there fails. */
export function byOperation(
  operations: Readonly<Record<string, (input: Golden, expected: Golden, file: Golden) => Golden>>,
  operationOf: (input: Golden) => string = ({ op }) => op,
) {
  return (input: Golden, expected: Golden, file: Golden): Golden => {
    const name = operationOf(input);
    const compute = operations[name];
    if (!compute) throw new Error(`no parity test knows the operation "${name}"`);
    return compute(input, expected, file);
  };
}
