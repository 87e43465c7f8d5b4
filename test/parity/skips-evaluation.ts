import type { Golden, SkipRule } from './parity-types.ts';

/** Where the evaluation differs from the reference's on purpose, and why (spec 02 §10). */
export const evaluationSkips: readonly SkipRule[] = [
  {
    quirk: 'EQ-44',
    why: 'the gate looks at the quantile itself, where the reference looks at another one of the same rounded label',
    file: 'tail_stats.json',
    applies: ({ input }) => input.op === 'evaluate' && isShadowed(Number(input.policy?.quantile)),
    fields: ['/passed', '/warned', '/violations'],
  },
  {
    quirk: 'EQ-33',
    why: 'the provider can make any number of texts, not only as many as it has base texts',
    file: 'capacity_and_plan.json',
    applies: ({ defects }) => defects.includes('EQ-33'),
    fields: [
      '/capacity/total_tokens',
      '/capacity/available_nonoverlap',
      '/capacity/available_unique',
      '/capacity/candidate_unique',
      '/capacity/candidate_limit',
    ],
  },
  {
    quirk: 'EQ-17',
    why: 'padding is told by length; a real token may have the id of the padding',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-17'),
    fields: ['/preview/attention_masks', '/final/attention_masks'],
  },
  {
    quirk: 'EQ-18',
    why: 'a row that cannot be tokenized leaves the places of the others as they are',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-18'),
    fields: ['/preview/indices', '/final/indices'],
  },
  {
    quirk: 'EQ-15',
    why: 'a line that is no object is skipped, and the lines behind it are read',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-15'),
  },
  {
    quirk: 'EQ-19',
    why: 'data without pairs has a code',
    file: 'windows_providers.json',
    applies: ({ defects }) => defects.includes('EQ-19'),
  },
  {
    quirk: 'decision: vision-text is not in 0.1.0',
    why: 'the provider is not there',
    file: 'windows_providers.json',
    applies: ({ input }) => String(input.provider).startsWith('vision_text'),
  },
];

/** A quantile whose label, in rounded percent, one of the four usual ones above it takes. */
function isShadowed(quantile: number): boolean {
  const label = (share: Golden) => Math.round(100 * share);
  return [0.5, 0.9, 0.95, 0.99].some((usual) => quantile < usual && label(quantile) === label(usual));
}
