import { compareCodePoints } from '../../core/compare-code-points.ts';
import type { WeightRecord } from './weight-record.ts';

/** Which weights an edit changed, and what its traces look like; told from the records alone. */
export interface Attribution {
  /** In plain words. */
  readonly sentence: string;
  readonly changed_weights: number;
  readonly compared_weights: number;
  /** The weights that changed most, the farthest first. */
  readonly farthest: readonly string[];
  /** The one layer that all changed weights lie in. */
  readonly layer?: string;
  /** The largest rank of a change, where all changed matrices were changed in few directions. */
  readonly low_rank?: number;
}

const mostNamed = 5;

/** Says which weights differ from the baseline, so that a verdict can be traced to them. */
export function attributeChange(records: readonly WeightRecord[]): Attribution {
  const changed = records.filter(({ changed_elements: count }) => count > 0).sort(byDistance);
  const layer = commonLayer(changed);
  const rank = commonRank(changed);
  const facts = {
    changed_weights: changed.length,
    compared_weights: records.length,
    farthest: changed.slice(0, mostNamed).map(({ weight }) => weight),
    ...(layer === undefined ? {} : { layer }),
    ...(rank === undefined ? {} : { low_rank: rank }),
  };
  return { sentence: [where(changed, records.length, layer), how(changed, rank)].join(''), ...facts };
}

function where(changed: readonly WeightRecord[], total: number, layer: string | undefined): string {
  const [first] = changed;
  if (!first) return 'No weight differs from the baseline.';
  if (changed.length === 1) {
    const elements = first.shape.reduce((product, size) => product * size, 1);
    return `Only ${first.weight} differs from the baseline, in ${first.changed_elements} of ${elements} elements.`;
  }
  const share = `${changed.length} of ${total} weights differ from the baseline`;
  const farthest = `the farthest is ${first.weight}${distanceText(first)}`;
  return layer === undefined ? `${share}; ${farthest}.` : `${share}, all of them in ${layer}; ${farthest}.`;
}

function how(changed: readonly WeightRecord[], rank: number | undefined): string {
  if (rank === undefined) return '';
  const subject = changed.length === 1 ? 'The change has' : 'Each change of a matrix has';
  return ` ${subject} a rank of at most ${rank}, as a merged adapter leaves it.`;
}

function distanceText({ distance }: WeightRecord): string {
  return distance === null
    ? ', which holds values that are no finite numbers'
    : ` (distance ${distance.toFixed(4)})`;
}

/** What is no finite number is farther than anything. */
function byDistance(left: WeightRecord, right: WeightRecord): number {
  const [a, b] = [left, right].map(({ distance }) => distance ?? Number.POSITIVE_INFINITY);
  return a === b ? compareCodePoints(left.weight, right.weight) : (b ?? 0) - (a ?? 0);
}

function commonLayer(changed: readonly WeightRecord[]): string | undefined {
  const layers = new Set(changed.map(({ weight }) => /^(?:.*?)\.\d+(?=\.)/u.exec(weight)?.[0]));
  const [only] = layers;
  return layers.size === 1 ? only : undefined;
}

function commonRank(changed: readonly WeightRecord[]): number | undefined {
  const ranks = changed.filter(({ sigma }) => sigma !== undefined).map(({ difference_rank: rank }) => rank);
  if (ranks.length === 0 || ranks.some((rank) => rank === undefined)) return undefined;
  return Math.max(...ranks.map((rank) => rank ?? 0));
}
