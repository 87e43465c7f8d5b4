/** The dataset providers, in the reference's order (spec 02 §1.1). */
export const providerNames = [
  'wikitext2',
  'synthetic',
  'hf_text',
  'local_jsonl',
  'seq2seq',
  'hf_seq2seq',
  'local_jsonl_pairs',
  // Ours: the reference has no labels (spec 02 EQ-02).
  'local_jsonl_tasks',
] as const;

/** Whose rows have right answers, so that accuracy is measured on them and nothing else is. */
export const taskProviders: readonly string[] = ['local_jsonl_tasks'];
