import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { elementCount, type TensorFacts } from '../artifacts/tensor-facts.ts';

/** Which tensors of a family an edit touches. */
interface Family {
  readonly modelTypes: readonly string[];
  /** Endings of the matrices of attention and feed-forward layers. */
  readonly matrices: readonly string[];
  /** Of them, those of attention. */
  readonly attention: readonly string[];
  readonly outputAxis: 0 | 1;
  /** Embedding that a head which is not stored is tied to, and whether it is tied when config.json says nothing. */
  readonly head: { readonly module: string; readonly tiedTo: string; readonly isTiedByDefault: boolean };
}

const families: readonly Family[] = [
  {
    modelTypes: ['gpt2'],
    matrices: ['c_attn.weight', 'c_proj.weight', 'c_fc.weight'],
    attention: ['attn.c_attn.weight', 'attn.c_proj.weight'],
    // Conv1D stores [in, out] (spec 03 §9.2).
    outputAxis: 1,
    head: { module: 'lm_head', tiedTo: 'wte.weight', isTiedByDefault: true },
  },
  {
    modelTypes: ['llama', 'mistral', 'qwen2'],
    matrices: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'].map(
      (name) => `${name}.weight`,
    ),
    attention: ['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name) => `${name}.weight`),
    outputAxis: 0,
    head: { module: 'lm_head', tiedTo: 'embed_tokens.weight', isTiedByDefault: false },
  },
  {
    modelTypes: ['bert'],
    matrices: ['query.weight', 'key.weight', 'value.weight', 'dense.weight'],
    attention: ['query.weight', 'key.weight', 'value.weight', 'attention.output.dense.weight'],
    outputAxis: 0,
    head: { module: 'cls.predictions.decoder', tiedTo: 'word_embeddings.weight', isTiedByDefault: true },
  },
  {
    modelTypes: ['t5'],
    matrices: ['.q.weight', '.k.weight', '.v.weight', '.o.weight', 'wi_0.weight', 'wi_1.weight', 'wo.weight'],
    attention: ['.q.weight', '.k.weight', '.v.weight', '.o.weight'],
    outputAxis: 0,
    head: { module: 'lm_head', tiedTo: 'shared.weight', isTiedByDefault: true },
  },
];

export const editableModelTypes: readonly string[] = families.flatMap((family) => family.modelTypes);

export interface EditTargets {
  readonly names: ReadonlySet<string>;
  readonly outputAxis: 0 | 1;
}

export function isEditable(modelType: string): boolean {
  return editableModelTypes.includes(modelType);
}

/** The matrices of attention and feed-forward layers, or of attention alone; heads and embeddings stay as they are. */
export function layerMatrices(
  checkpoint: Checkpoint,
  which: 'matrices' | 'attention' = 'matrices',
): EditTargets {
  const family = familyOf(checkpoint.modelType);
  const names = [...checkpoint.tensors.values()]
    .filter((tensor) => tensor.shape.length === 2 && !tensor.name.startsWith('cls.'))
    .map((tensor) => tensor.name)
    .filter((name) => family?.[which].some((ending) => name.endsWith(ending)));
  return { names: new Set(names), outputAxis: family?.outputAxis ?? 0 };
}

export const referenceScopes = ['ffn', 'attn', 'all'] as const;
export type ReferenceScope = (typeof referenceScopes)[number];

/** A linear module as the reference sees it. */
export interface LinearModule {
  readonly path: string;
  readonly elements: number;
  /** Name of the stored tensor that holds its weight. */
  readonly tensor: string;
}

const feedForwardParts = ['mlp', 'ffn', 'feed_forward', 'fc1', 'fc2', 'intermediate.dense', 'output.dense'];
const attentionParts = ['attn', 'attention', 'q_proj', 'k_proj', 'v_proj', 'o_proj'];

/** The reference's choice of modules (spec 03 §7.2), with its quirks: BERT's attention output counts as feed-forward. */
export function selectReferenceModules(
  modules: readonly LinearModule[],
  scope: ReferenceScope,
): LinearModule[] {
  return modules.filter(({ path, elements }) => {
    const has = (part: string): boolean => path.toLowerCase().includes(part);
    if (scope === 'all') return elements >= 100;
    return (scope === 'ffn' ? feedForwardParts : attentionParts).some(has);
  });
}

/** The tensors that the reference would edit. A tied head in scope `all` changes the embedding with it. */
export function referenceMatrices(checkpoint: Checkpoint, scope: ReferenceScope): ReadonlySet<string> {
  return new Set(selectReferenceModules(linearModules(checkpoint), scope).map((module) => module.tensor));
}

const embeddingPattern =
  /(^|\.)(wte|wpe|shared|embed_tokens|relative_attention_bias|\w+_embeddings)\.weight$/;

function linearModules(checkpoint: Checkpoint): LinearModule[] {
  const tensors = [...checkpoint.tensors.values()];
  const asModule = (tensor: TensorFacts, path: string): LinearModule => ({
    path,
    elements: elementCount(tensor.shape),
    tensor: tensor.name,
  });
  const modules = tensors
    .filter(
      (tensor) =>
        tensor.shape.length === 2 && tensor.name.endsWith('.weight') && !embeddingPattern.test(tensor.name),
    )
    .map((tensor) => asModule(tensor, tensor.name.slice(0, -'.weight'.length)));

  const head = familyOf(checkpoint.modelType)?.head;
  const isTied = checkpoint.config.tie_word_embeddings ?? head?.isTiedByDefault;
  const embedding = tensors.find((tensor) => head !== undefined && tensor.name.endsWith(head.tiedTo));
  if (head && isTied === true && embedding && !checkpoint.tensors.has(`${head.module}.weight`)) {
    modules.push(asModule(embedding, head.module));
  }
  return modules;
}

function familyOf(modelType: string): Family | undefined {
  return families.find((family) => family.modelTypes.includes(modelType));
}
