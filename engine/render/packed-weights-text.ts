import { listAt, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';

/**
 * How the weights of a quantised model are packed, from a report or a certificate; undefined for plain weights.
 *
 * @example packedWeightsText(report) // 'gptq (gptq_v2), 4 bits, groups of 128, 224 matrices'
 */
export function packedWeightsText(document: unknown): string | undefined {
  const packed = objectAt(document, 'meta', 'execution', 'precision', 'packed');
  const method = textAt(packed, 'method');
  if (method === undefined) return undefined;
  const format = textAt(packed, 'format');
  const sizes = (listAt(packed, 'group_sizes') ?? []).map((size) =>
    typeof size === 'number' ? `groups of ${size}` : 'one scale for each output',
  );
  const matrices = numberAt(packed, 'matrices');
  return [
    format === undefined || format === method ? method : `${method} (${format})`,
    `${(listAt(packed, 'bits') ?? []).map(String).join(' and ')} bits`,
    ...sizes,
    ...(valueAt(packed, 'reordered') === true ? ['act-order'] : []),
    ...(valueAt(packed, 'rounds_inputs') === true ? ['inputs rounded too'] : []),
    ...(matrices === undefined ? [] : [`${matrices} matrices`]),
  ].join(', ');
}
