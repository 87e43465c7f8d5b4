import { compareCodePoints } from '../core/compare-code-points.ts';

/** Modules in the order in which the families define them, where that is not the order of their names. */
const defined = [
  ...['encoder', 'decoder'],
  ...['self_attn', 'attention', 'intermediate', 'mlp'],
  ...['self', 'output'],
  ...['query', 'key', 'value'],
  ...['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  ...['q', 'k', 'v', 'o'],
];

/**
 * Orders tensors as their model walks through its modules: layer 2 before layer 10, attention before the feed-forward
 * part. `max_modules` counts in this order (spec 03 §7.2).
 *
 * @example ['h.10.mlp.c_fc.weight', 'h.2.attn.c_attn.weight'].sort(inTraversalOrder)[0] // 'h.2.attn.c_attn.weight'
 */
export function inTraversalOrder(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareParts(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (/^\d+$/u.test(a) && /^\d+$/u.test(b)) return Number(a) - Number(b);
  const [left, right] = [defined.indexOf(a), defined.indexOf(b)];
  if (left >= 0 && right >= 0) return left - right;
  return compareCodePoints(a, b);
}
