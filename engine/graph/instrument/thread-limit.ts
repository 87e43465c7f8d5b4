import { termsOfOneStretch, threadsForColumns } from '../stable-linear.ts';
import { allProducts } from './find-products.ts';
import type { ModelEditor } from './model-editor.ts';

/**
 * With how many threads the products of a foreign graph with its weights are, to the last bit, as with one. They are
 * computed as they are, so narrow ones limit the threads; integers add up to the same in any order. Products of two
 * activations are not looked at: attention with heads wider than one stretch, or over longer sequences, which imported
 * T5 models have beside their bias, may still add up in another order.
 */
export function threadLimit(editor: ModelEditor): number {
  let limit = 1024;
  for (const { node, from, to } of allProducts(editor)) {
    if (from <= termsOfOneStretch || node.op === 'MatMulInteger' || node.op === 'QLinearMatMul') continue;
    limit = Math.min(limit, threadsForColumns(to));
  }
  return limit;
}
