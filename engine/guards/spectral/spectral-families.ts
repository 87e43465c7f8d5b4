/** Names decide which family a weight belongs to; families have their own caps. */
export type SpectralFamily = 'router' | 'expert_ffn' | 'ffn' | 'attn' | 'embed' | 'other';

interface ReferenceOption {
  /** The reference's own rule, which takes gated projections for routers and many feed-forward layers for `other`. */
  readonly reference?: boolean;
}

/**
 * The family of a module by its path and class (spec 03 §3.3). By default, words are compared where the reference looks for
 * pieces of text, gated projections are feed-forward, and so are the layers of BERT, T5 and OPT (Q7, Q8).
 *
 * @example spectralFamily('model.layers.0.mlp.gate_proj', 'Linear') // 'ffn'
 */
export function spectralFamily(
  path: string,
  className: string,
  { reference = false }: ReferenceOption = {},
): SpectralFamily {
  const name = path.toLowerCase();
  const rules = reference ? referenceRules : ourRules;
  const found = rules.find(([, applies]) => applies(name));
  if (found) return found[0];
  return className.toLowerCase().includes('embedding') ? 'embed' : 'other';
}

/**
 * Whether a scope looks at a module. The reference measures and checks by different rules: `attn` measures `mlp.c_proj`,
 * too, and `ffn+proj` checks everything (Q14). By default the family decides both, so that a scope finds the feed-forward
 * layers of every architecture (Q9).
 */
export function inSpectralScope(
  scope: string,
  path: string,
  className: string,
  {
    reference = false,
    step,
    family = spectralFamily(path, className),
  }: ReferenceOption & { readonly step: 'measure' | 'check'; readonly family?: string | undefined },
): boolean {
  const name = path.toLowerCase();
  if (reference) {
    const pieces = (step === 'measure' ? measuredPieces : checkedPieces)[scope];
    return pieces === undefined || contains(pieces)(name);
  }
  const isFeedForward = ['ffn', 'router', 'expert_ffn'].includes(family);
  if (scope === 'ffn') return isFeedForward;
  if (scope === 'attn') return family === 'attn';
  return scope !== 'ffn+proj' || isFeedForward || contains(['c_proj', 'projection'])(name);
}

type Rules = readonly (readonly [SpectralFamily, (name: string) => boolean])[];

const contains = (pieces: readonly string[]) => (name: string) =>
  pieces.some((piece) => name.includes(piece));

const routerWords = ['router', 'routing', 'gate', 'gating', 'dispatch', 'switch'];
const expertWords = ['experts', 'expert', 'moe', 'mixture_of_experts'];
const feedForwardPieces = ['mlp', 'ffn', 'feed_forward'];
const attentionPieces = ['attn', 'attention', 'q_proj', 'k_proj', 'v_proj', 'o_proj', 'c_attn'];
const embeddingPieces = ['embed', 'wte', 'embedding'];

const referenceRules: Rules = [
  ['router', contains(routerWords)],
  ['expert_ffn', contains(expertWords)],
  ['ffn', contains(feedForwardPieces)],
  ['attn', contains(attentionPieces)],
  ['embed', contains(embeddingPieces)],
];

/** Whole parts of a name, `_` dividing them too. */
const hasWord = (words: readonly string[]) => (name: string) =>
  name.split(/[._/]/u).some((word) => words.includes(word));
const gatedProjection = /gate(_up)?_proj/u;
const feedForwardNames =
  /densereludense|(^|[._])(fc|fc1|fc2|c_fc|fc_in|fc_out|wi|wi_0|wi_1|lin1|lin2|w1|w2|w3|gate_proj|gate_up_proj|up_proj|down_proj)$|(^|\.)(intermediate|output)\.dense$/u;

const ourRules: Rules = [
  ['router', (name) => !gatedProjection.test(name) && hasWord(routerWords)(name)],
  ['expert_ffn', hasWord(expertWords)],
  ['ffn', contains(feedForwardPieces)],
  ['attn', contains(attentionPieces)],
  ['ffn', (name) => feedForwardNames.test(name)],
  ['embed', contains(embeddingPieces)],
];

const measuredPieces: Readonly<Record<string, readonly string[]>> = {
  ffn: [...feedForwardPieces, 'fc'],
  attn: ['attn', 'attention', 'c_proj'],
  'ffn+proj': [...feedForwardPieces, 'fc', 'c_proj', 'projection'],
};
const checkedPieces: Readonly<Record<string, readonly string[]>> = {
  ffn: [...feedForwardPieces, 'fc'],
  attn: ['attn', 'attention'],
};
