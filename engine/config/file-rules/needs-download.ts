import { formatOfName } from '../../data/formats/format-of-file.ts';
import { wikitext2Rows } from '../../data/providers/wikitext2.ts';
import { type NamedDataset, openDataset } from '../../hub/open-dataset.ts';
import type { FileRuleView } from './check-file-rules.ts';
import { pathAt } from './path-at.ts';

/** The split that is read when nobody names one (spec 02 §1.2). */
const defaultSplit = 'validation';

/**
 * Data of the Hugging Face Hub are in the cache, or may be downloaded; else the run stops (spec 01 §7.1). Which configuration and
 * split there are is checked as far as the cache tells.
 */
export async function needsDownload(view: FileRuleView): Promise<void> {
  const pointer =
    view.text('/dataset/provider') === undefined ? '/dataset/provider/kind' : '/dataset/provider';
  const provider = view.text(pointer);
  if (provider !== 'hf_text' && provider !== 'hf_seq2seq' && provider !== 'wikitext2') return;
  if (view.isUnknown('/dataset/provider') || view.isUnknown('/dataset/cache_dir')) return;
  const named = namedDataset(view, provider);
  if (named === undefined) return;
  if (provider === 'wikitext2') {
    const local = await wikitext2Rows(view.files, named.cacheFolder, named.split, 1);
    if (local.value) return;
  }
  const hub = { environment: view.environment, files: view.files, network: undefined };
  const { findings } = await openDataset(hub, named, (name) => formatOfName(name) !== undefined);
  for (const { code, severity, message, pointer: about = pointer } of findings) {
    // A run downloads it, or it is there.
    if (code === 'H802' || code === 'H803') continue;
    if (code === 'H801' || code === 'H804') {
      const local = provider === 'hf_seq2seq' ? 'local_jsonl_pairs' : 'local_jsonl';
      const advice = `Or save the data as JSON Lines and use ${local} with that file.`;
      view.report(pointer, 'value', 'C140', 'warning', `${message} ${advice}`, { actual: provider });
    } else view.report(placeOf(view, about, pointer), 'value', code, severity, message);
  }
}

function namedDataset(view: FileRuleView, provider: string): NamedDataset | undefined {
  const at = (key: string) =>
    [`/dataset/provider/${key}`, `/dataset/${key}`].find((pointer) => view.has(pointer));
  const textAt = (key: string) => {
    const pointer = at(key);
    return (pointer === undefined ? undefined : view.text(pointer)) || undefined;
  };
  const cacheAt = at('cache_dir');
  const isCorpus = provider === 'wikitext2';
  const id = isCorpus
    ? 'wikitext'
    : (textAt('dataset_name') ?? (provider === 'hf_text' ? 'wikitext' : undefined));
  // What is missing altogether is said elsewhere.
  if (id === undefined) return undefined;
  return {
    id,
    split: view.text('/dataset/split') ?? defaultSplit,
    configName: isCorpus ? 'wikitext-2-raw-v1' : textAt('config_name'),
    revision: textAt('revision'),
    cacheFolder: cacheAt === undefined ? undefined : pathAt(view, cacheAt),
  };
}

/** Where a key stands, beside the provider or inside of it; the provider where it stands nowhere. */
function placeOf(view: FileRuleView, about: string, fallback: string): string {
  const inner = about.replace(/^\/dataset\//u, '/dataset/provider/');
  return [inner, about].find((pointer) => view.has(pointer)) ?? fallback;
}
