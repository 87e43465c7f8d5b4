import { isTruthy } from '../../core/is-truthy.ts';
import type { FileRuleView } from './check-file-rules.ts';

/**
 * Providers that download their rows need the network, which is off unless someone allows it (spec 01 §7.1). wikitext2
 * is not among them: its texts may lie in a cache.
 */
export function networkAllowed(view: FileRuleView): void {
  const pointer =
    view.text('/dataset/provider') === undefined ? '/dataset/provider/kind' : '/dataset/provider';
  const provider = view.text(pointer);
  if (provider !== 'hf_text' && provider !== 'hf_seq2seq') return;
  if (view.has('/dataset/cache_dir') || view.has('/dataset/provider/cache_dir')) return;
  if (isTruthy(view.environment.INVARLOCK_ALLOW_NETWORK)) return;
  const local = provider === 'hf_text' ? 'local_jsonl' : 'local_jsonl_pairs';
  const message = `The provider ${provider} downloads its data, and the network is off. Use ${local} with a file, or set INVARLOCK_ALLOW_NETWORK=1.`;
  view.report(pointer, 'value', 'C140', 'warning', message, { actual: provider });
}
