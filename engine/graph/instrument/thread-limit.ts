import { threadsForColumns } from '../stable-linear.ts';
import { allProducts } from './find-products.ts';
import type { ModelEditor } from './model-editor.ts';

/** Products of at most this many terms are added up in one stretch; see `stableLinear`. */
const termsOfOneStretch = 128;

/**
 * With how many threads a foreign graph gives the same losses, to the last bit, as with one. Its products are computed
 * as they are, so narrow ones limit the threads; integers add up to the same in any order.
 */
export function threadLimit(editor: ModelEditor): number {
  let limit = 1024;
  for (const { node, from, to } of allProducts(editor)) {
    if (from <= termsOfOneStretch || node.op === 'MatMulInteger' || node.op === 'QLinearMatMul') continue;
    limit = Math.min(limit, threadsForColumns(to));
  }
  return limit;
}
