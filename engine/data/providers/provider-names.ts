/** The dataset providers, in the reference's order (spec 02 §1.1). */
export const providerNames = [
  'wikitext2',
  'synthetic',
  'hf_text',
  'local_jsonl',
  'seq2seq',
  'hf_seq2seq',
  'local_jsonl_pairs',
] as const;
