import type { FileRuleView } from './check-file-rules.ts';

/**
 * Providers that download their rows stop a certification, because this version has no downloads: allowing the network
 * (spec 01 §7.1) or naming a cache changes nothing yet. wikitext2 is not among them: its texts may lie in a cache.
 */
export function needsDownload(view: FileRuleView): void {
  const pointer =
    view.text('/dataset/provider') === undefined ? '/dataset/provider/kind' : '/dataset/provider';
  const provider = view.text(pointer);
  if (provider !== 'hf_text' && provider !== 'hf_seq2seq') return;
  const local = provider === 'hf_text' ? 'local_jsonl' : 'local_jsonl_pairs';
  const message = `The provider ${provider} downloads its data, which this version does not do yet. Save the data as JSON Lines and use ${local} with that file.`;
  view.report(pointer, 'value', 'C140', 'warning', message, { actual: provider });
}
