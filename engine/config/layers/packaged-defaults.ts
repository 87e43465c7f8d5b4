import type { TierName } from '../../policy/tiers.ts';
import { type MappingNode, nodeAt, nodeFromValue, withNodeAt } from '../config-node.ts';

/** Spec 01 §1.4.6: the order when the file gives none. */
const guardsOrder = ['invariants', 'spectral', 'rmt', 'variance', 'invariants'];

/** What counts when no layer says anything (spec 01 §1.4). Counts have no default: a run must name them. */
export function packagedDefaults(tier: TierName): MappingNode {
  const values = {
    model: { adapter: 'auto', device: 'auto' },
    dataset: { split: 'validation', seed: 42 },
    auto: { tier },
    guards: {
      order: guardsOrder,
      invariants: { strict_mode: false, on_fail: 'warn', profile_checks: [] },
    },
    eval: {
      metric: { kind: 'auto' },
      bootstrap: { enabled: true, method: 'bca_paired_delta_log', replicates: 1000, alpha: 0.05 },
      loss: { type: 'auto', mask_prob: 0.15, seed: 42, random_token_prob: 0.1, original_token_prob: 0.1 },
    },
  };
  const node = nodeFromValue(values, { kind: 'default' });
  return node.kind === 'mapping' ? node : { kind: 'mapping', source: node.source, entries: new Map() };
}

/** Settings that follow another one when nobody sets them: a window's stride its length, one seed another. */
const followers: readonly (readonly [pointer: string, follows: string])[] = [
  // The reference records half of seq_len when stride is absent, and pairing fails later.
  ['/dataset/stride', '/dataset/seq_len'],
  ['/eval/bootstrap/seed', '/dataset/seed'],
];

export function withDerivedDefaults(root: MappingNode): MappingNode {
  let result = root;
  for (const [pointer, follows] of followers) {
    const own = nodeAt(result, pointer)?.node;
    const isSet = own !== undefined && !(own.kind === 'scalar' && own.value === null);
    const followed = nodeAt(result, follows)?.node;
    if (isSet || followed?.kind !== 'scalar') continue;
    const label = follows.slice(1).replaceAll('/', '.');
    result = withNodeAt(result, pointer, nodeFromValue(followed.value, { kind: 'default', label }));
  }
  return result;
}
