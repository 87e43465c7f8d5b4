/** A grid that all values of a tensor lie on: what rounding to few bits leaves behind. */
export interface ObservedBits {
  readonly bits: number;
  /** What shares a scale: the tensor, a row or a column as stored, or so many neighbours in a row. */
  readonly scale: 'tensor' | 'row' | 'column' | `group of ${number}`;
}

/** Looked at, evenly chosen: a tensor off the grid is off it everywhere. */
const mostGroups = 32;
const mostValues = 2048;
/** Fewer values than that may lie on a grid by chance. */
const leastValues = 64;
const leastPerGroup = 8;
const groupSizes = [128, 64, 32] as const;
/** How far a stored value may be from its level, in steps: the rounding of its type beside the arithmetic's own. */
const slack = 1e-3;
const largestTolerance = 0.1;

/**
 * How few bits hold the values of a matrix, where it was rounded to a symmetric grid of at most 8: every value is then a
 * whole number of steps, and the largest of those that share a scale is the highest level. Null where none fits.
 *
 * @example observedBits(weights, [768, 3072], 2 ** -24) // { bits: 4, scale: 'tensor' }
 */
export function observedBits(
  values: Float32Array,
  [rows, columns]: readonly [number, number],
  /** Relative rounding of the stored type. */
  rounding: number,
): ObservedBits | null {
  const row = (index: number): Group => ({ start: index * columns, step: 1, count: columns });
  const column = (index: number): Group => ({ start: index, step: columns, count: rows });
  const choices: [ObservedBits['scale'], number, (index: number) => Group][] = [
    ['tensor', 1, () => ({ start: 0, step: 1, count: values.length })],
    ['row', rows, row],
    ['column', columns, column],
    ...groupSizes
      .filter((size) => columns > size && columns % size === 0)
      .map((size): (typeof choices)[number] => [
        `group of ${size}`,
        values.length / size,
        (index) => ({ start: index * size, step: 1, count: size }),
      ]),
  ];
  for (const [scale, count, groupAt] of choices) {
    const groups = evenly(count, mostGroups).map((index) => levelsOf(values, groupAt(index)));
    const bits = fewestBits(groups, rounding);
    if (bits !== undefined) return { bits, scale };
  }
  return null;
}

interface Group {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Values that are not zero, over the largest of their group. */
function levelsOf(values: Float32Array, { start, step, count }: Group): number[] {
  let largest = 0;
  for (let index = 0; index < count; index += 1)
    largest = Math.max(largest, Math.abs(values[start + index * step] ?? 0));
  if (!(largest > 0) || count < leastPerGroup) return [];
  return evenly(count, mostValues)
    .map((index) => Math.abs(values[start + index * step] ?? 0) / largest)
    .filter((share) => share > 0);
}

function fewestBits(groups: readonly (readonly number[])[], rounding: number): number | undefined {
  if (groups.reduce((sum, group) => sum + group.length, 0) < leastValues) return undefined;
  for (let bits = 2; bits <= 8; bits += 1) {
    const top = 2 ** (bits - 1) - 1;
    const tolerance = slack + 2 * top * rounding;
    if (tolerance > largestTolerance) return undefined;
    const isOnGrid = (share: number) => Math.abs(share * top - Math.round(share * top)) <= tolerance;
    if (groups.every((group) => group.every(isOnGrid))) return bits;
  }
  return undefined;
}

function evenly(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, index) => Math.floor((index * count) / taken));
}
