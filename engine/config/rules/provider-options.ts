import { configSchema } from '../config-schema.ts';
import type { RuleView } from './rule.ts';

const providerMapping = configSchema.$defs?.providerMapping;

/** Which options each provider takes; read from the conditions of the schema, which judge the mapping form. */
export const optionsOfProvider: ReadonlyMap<string, readonly string[]> = new Map(
  (providerMapping?.allOf ?? []).flatMap((condition) => {
    const kind = condition.if?.properties?.kind?.const;
    const options = condition.then?.propertyNames?.enum;
    return typeof kind === 'string' && options
      ? [[kind, options.filter((name) => name !== 'kind')] as const]
      : [];
  }),
);

/** Options beside a provider's name must belong to it, and what it cannot do without must be there (spec 01 §2.1). */
export function providerOptions(view: RuleView): void {
  const inline = view.text('/dataset/provider/kind');
  const provider = view.text('/dataset/provider') ?? inline;
  const allowed = provider === undefined ? undefined : optionsOfProvider.get(provider);
  if (provider === undefined || !allowed) return;
  // Inside the mapping the schema's conditions say the same.
  for (const key of Object.keys(providerMapping?.properties ?? {})) {
    const pointer = `/dataset/${key}`;
    if (key === 'kind' || allowed.includes(key) || !view.has(pointer)) continue;
    const shown = allowed.filter((name) => name !== 'workers' && name !== 'deterministic_shards');
    const message = `The provider ${provider} does not know "${key}". It takes ${shown.join(', ')}.`;
    view.report(pointer, 'key', 'C119', 'error', message, { actual: key, expected: shown });
  }
  const has = (key: string) => view.has(`/dataset/${key}`) || view.has(`/dataset/provider/${key}`);
  const unknown = view.isUnknown('/dataset/provider/kind') || view.isUnknown('/dataset/file');
  if (unknown) return;
  if (provider.startsWith('local_jsonl') && !['file', 'path', 'data_files'].some(has)) {
    const message = `The provider ${provider} needs to know its data: add file, path or data_files.`;
    view.report('/dataset/provider', 'value', 'C116', 'error', message, {
      expected: ['file', 'path', 'data_files'],
    });
  }
  if (provider === 'hf_seq2seq' && !has('dataset_name')) {
    const message = 'The provider hf_seq2seq needs to know its data: add dataset_name.';
    view.report('/dataset/provider', 'value', 'C116', 'error', message, { expected: ['dataset_name'] });
  }
}
