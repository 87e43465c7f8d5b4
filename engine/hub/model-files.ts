import { indexName, singleName } from '../artifacts/find-weights.ts';

/** Settings and tokenizers: what the engine reads, and what an edit takes along into its copy. */
const settingNames: readonly string[] = [
  'config.json',
  'generation_config.json',
  'genai_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'chat_template.jinja',
];

/** The ONNX models of a repository, the obvious ones first (`engine/models/find-onnx.ts` chooses in the same order). */
const onnxNames: readonly string[] = [
  'model.onnx',
  'decoder_model.onnx',
  'decoder_model_merged.onnx',
  'decoder_with_past_model.onnx',
];

/** What to fetch of a repository with a model. */
export interface ModelFiles {
  readonly settings: readonly string[];
  readonly weights:
    | { readonly kind: 'single' | 'onnx'; readonly names: readonly string[] }
    /** The shards stand in the index. */
    | { readonly kind: 'sharded'; readonly names: readonly [string] };
}

/**
 * Chooses the files that the engine reads: settings, tokenizer, and safetensors, or ONNX where an adapter asks for it or there is
 * nothing else. Pickles are not among them, whatever they are called. Undefined when there is no model that is read.
 */
export function modelFiles(
  names: readonly string[],
  { onnx }: { readonly onnx: boolean },
): ModelFiles | undefined {
  const settings = settingNames.filter((name) => names.includes(name));
  const exported = onnxFiles(names);
  if (onnx && exported) return { settings: [...settings, ...exported.settings], weights: exported.weights };
  if (names.includes(singleName)) return { settings, weights: { kind: 'single', names: [singleName] } };
  if (names.includes(indexName)) return { settings, weights: { kind: 'sharded', names: [indexName] } };
  return exported && { settings: [...settings, ...exported.settings], weights: exported.weights };
}

function onnxFiles(names: readonly string[]): ModelFiles | undefined {
  for (const folder of ['', 'onnx/']) {
    const own = names.filter((name) => name.startsWith(folder) && !name.slice(folder.length).includes('/'));
    const models = own.filter((name) => name.endsWith('.onnx') && !name.startsWith(`${folder}encoder_model`));
    const chosen =
      onnxNames.map((name) => folder + name).find((name) => models.includes(name)) ??
      (models.length === 1 ? models[0] : undefined);
    if (chosen === undefined) continue;
    const encoder = own.find((name) => name === `${folder}encoder_model.onnx`);
    const isDecoder = chosen.slice(folder.length).startsWith('decoder_');
    const parts = [chosen, ...(isDecoder && encoder !== undefined ? [encoder] : [])];
    // External data is named after its model: model.onnx_data, model.onnx.data, model.onnx_data_1.
    const data = own.filter((name) => parts.some((part) => /^[_.]data(?:_\d+)?$/u.test(tail(name, part))));
    const settings =
      folder === '' ? [] : settingNames.map((name) => folder + name).filter((name) => own.includes(name));
    return { settings, weights: { kind: 'onnx', names: [...parts, ...data] } };
  }
  return undefined;
}

function tail(name: string, start: string): string {
  return name.startsWith(start) ? name.slice(start.length) : '';
}

/** The shards that an index names; undefined when it is no index. Only files that the repository has beside it count. */
export function shardsOfIndex(index: unknown, names: readonly string[]): readonly string[] | undefined {
  const map =
    typeof index === 'object' && index !== null && 'weight_map' in index ? index.weight_map : undefined;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return undefined;
  const shards = [...new Set(Object.values(map))];
  const usable = shards.every(
    (name) => typeof name === 'string' && names.includes(name) && name.endsWith('.safetensors'),
  );
  return usable && shards.length > 0 ? (shards as string[]).sort() : undefined;
}
