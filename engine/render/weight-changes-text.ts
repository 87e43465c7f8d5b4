import { isObject, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';

/** What was seen of the edit, in one sentence; undefined where no weights were compared. */
export function weightChangesText(certificate: unknown): string | undefined {
  const weights = objectAt(certificate, 'edit', 'weights');
  if (!weights) return undefined;
  if (weights.evaluated !== true)
    return `not evaluated: ${textAt(weights, 'reason') ?? 'no reason recorded'}`;
  const [changed, all] = [numberAt(weights, 'tensors_changed'), numberAt(weights, 'tensors')];
  if (changed === 0) return `none of ${all} tensors`;
  const distance = numberAt(weights, 'largest_distance');
  const farthest = textAt(weights, 'farthest');
  const most =
    distance === undefined ? undefined : `by at most ${percent(distance)} of its norm (${farthest})`;
  return [[`${changed} of ${all} tensors`, most].filter(Boolean).join(', '), ...seen(weights)].join('; ');
}

function seen(weights: unknown): string[] {
  const bits = numberAt(weights, 'observed_bits');
  const sparsity = numberAt(weights, 'observed_sparsity');
  const rank = numberAt(weights, 'observed_rank');
  return [
    ...(bits === undefined ? [] : [`rounded to ${bits} bits${scaleText(weights)}`]),
    ...(sparsity === undefined ? [] : [`pruned: ${percent(sparsity)} of the changed matrices are zero`]),
    ...(rank === undefined ? [] : [`of low rank, as a merged adapter: ${rank} directions at most`]),
  ];
}

/** Named where all changed matrices share it. */
function scaleText(weights: unknown): string {
  const changes = Object.values(objectAt(weights, 'changed') ?? {});
  const scales = changes.flatMap((change) => (isObject(change) ? (valueAt(change, 'scale') ?? []) : []));
  return new Set(scales).size === 1 ? `, a scale per ${scales[0]}` : '';
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
