import type { GraphBuilder, Value } from './graph-builder.ts';

export interface RelativeBuckets {
  /** How many buckets there are: rows of the bias table. */
  readonly count: number;
  /** Distances from this one on share the last bucket. */
  readonly farthest: number;
  /** Whether keys behind the query have buckets of their own, as in an encoder. */
  readonly isTwoWay: boolean;
}

/**
 * The bucket of every pair of query and key in a sequence of length n, of shape [n, n]: the row of T5's bias table that
 * the distance "key minus query" falls into (Raffel et al. 2020, arXiv 1910.10683 §2.1). The buckets of all distances
 * are a constant of the graph, so that every provider uses the same ones.
 */
export function relativeBuckets(graph: GraphBuilder, length: Value, buckets: RelativeBuckets): Value {
  const { farthest } = buckets;
  const positions = graph.range(length);
  const distances = graph.subtract(graph.reshape(positions, [1, -1]), graph.reshape(positions, [-1, 1]));
  const near = graph.apply('Clip', [
    distances,
    graph.integers([-farthest], []),
    graph.integers([farthest], []),
  ]);
  const known = Array.from({ length: 2 * farthest + 1 }, (_, i) => bucketOf(i - farthest, buckets));
  return graph.gather(graph.integers(known), graph.add(near, graph.integers([farthest])));
}

/**
 * Half of the buckets are exact, the others grow logarithmically. In float32 as in the reference: the quotient decides
 * which side of a border a distance falls on.
 */
export function bucketOf(distance: number, { count, farthest, isTwoWay }: RelativeBuckets): number {
  const buckets = isTwoWay ? Math.floor(count / 2) : count;
  const start = isTwoWay && distance > 0 ? buckets : 0;
  const length = isTwoWay ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(buckets / 2);
  if (length < exact) return start + length;
  const logarithm = Math.fround(Math.log(Math.fround(length / exact)));
  const share = Math.fround(logarithm / Math.fround(Math.log(farthest / exact)));
  const steps = Math.floor(Math.fround(share * (buckets - exact)));
  return start + Math.min(buckets - 1, exact + steps);
}
