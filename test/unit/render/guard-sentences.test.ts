import { expect, test } from 'vitest';
import { guardSentence } from '../../../engine/render/guard-sentences.ts';

test.each([
  [
    'rmt',
    {
      families: {
        attn: { delta: 0.004, epsilon: 0.01 },
        ffn: { delta: 0.006, epsilon: 0.05 },
        other: { delta: null, epsilon: 0.01 },
      },
    },
    "The edge risk of attn grew most: +0.40 % of the baseline's, where +1.00 % are allowed.",
  ],
  ['rmt', { evaluated: false, reason: 'no windows' }, undefined],
  [
    'variance',
    {
      ab_decision: { would_help: false, reason: 'below_min_rel_gain' },
      proposed_scales_post_edit: { 'transformer.h.1.mlp.c_proj': 1.03 },
    },
    'Scaling transformer.h.1.mlp.c_proj by 1.030 would not help (below_min_rel_gain); the certified model is not scaled.',
  ],
  ['variance', { ab_decision: { would_help: false, reason: 'no' } }, 'No scale was proposed.'],
  ['spectral', { attribution: { sentence: 'One weight differs.' } }, 'One weight differs.'],
])('%s: %o', (name, block, sentence) => {
  expect(guardSentence({ [name]: block }, name)).toBe(sentence);
});
