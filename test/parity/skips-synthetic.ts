import type { Golden, SkipRule } from './parity-types.ts';

const quirk = 'own texts';
const why =
  'of the base texts we have the beginnings; the golden case that holds them whole is not among ours';

/** Cases of the provider `synthetic` that need more of the reference's base texts than is known (spec 02 §1.5). */
export const syntheticSkips: readonly SkipRule[] = [
  {
    quirk,
    why,
    file: 'windows_providers.json',
    applies: ({ input }) => input.op === 'load' && usesBuiltInTexts(input),
    fields: ['/texts'],
  },
  {
    quirk,
    why,
    file: 'windows_providers.json',
    applies: ({ input }) => input.op === undefined && usesBuiltInTexts(input) && isBeyondBeginnings(input),
    fields: ['input_ids', 'attention_masks'].flatMap((name) => [`/preview/${name}`, `/final/${name}`]),
  },
  {
    quirk,
    why,
    file: 'run_flow.json',
    applies: ({ input }) =>
      usesBuiltInTexts(input.config?.dataset) && isBeyondBeginnings(input.config.dataset),
    fields: ['/baseline/report', '/subject/report', '/subject/certificate'],
  },
];

function usesBuiltInTexts(dataset: Golden): boolean {
  return dataset?.provider === 'synthetic' && dataset.base_samples === undefined;
}

/** The first seven texts are known to 40 letters, the others to 16; counts that are not given are those of a profile. */
function isBeyondBeginnings({ seq_len: seqLen, preview_n: previewN, final_n: finalN }: Golden): boolean {
  return Number(seqLen) > (previewN + finalN <= 7 ? 40 : 16);
}
