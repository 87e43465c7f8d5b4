import { spectralFamily } from '../spectral/spectral-families.ts';

export const rmtFamilies = ['attn', 'ffn', 'embed', 'other'] as const;
export type RmtFamily = (typeof rmtFamilies)[number];

interface ReferenceOption {
  readonly reference?: boolean;
}

/**
 * The family whose ε applies to a module's activations (spec 03 §4.2). By default it follows the spectral families, so
 * that the feed-forward layers of BERT, T5 and OPT are found; norms are judged by their name alone in both.
 */
export function rmtFamily(
  path: string,
  className: string,
  { reference = false }: ReferenceOption = {},
): RmtFamily {
  const name = path.toLowerCase();
  const found = families.find(([, pieces]) => pieces.some((piece) => name.includes(piece)));
  if (reference || found || isNorm(className)) return found?.[0] ?? 'other';
  const family = spectralFamily(path, className);
  return family === 'router' || family === 'expert_ffn' ? 'ffn' : family;
}

/** Whether the guard looks at what a module gives. */
export function isRmtModule(
  path: string,
  className: string,
  { reference = false }: ReferenceOption = {},
): boolean {
  if (className.includes('Embedding') || isNorm(className)) return true;
  if (!['Linear', 'Conv1d', 'Conv1D'].includes(className)) return false;
  if (!reference) return rmtFamily(path, className) !== 'other';
  const name = path.toLowerCase();
  return (
    hookedEndings.some((ending) => path.endsWith(ending)) ||
    hookedPieces.some((piece) => name.includes(piece))
  );
}

/** RMSNorm is none: its classes are each model's own. */
function isNorm(className: string): boolean {
  return className === 'LayerNorm';
}

const routing = ['router', 'routing', 'gate', 'gating', 'dispatch', 'switch'];

const families: readonly (readonly [RmtFamily, readonly string[]])[] = [
  ['attn', ['attn', 'attention']],
  ['ffn', [...routing, 'expert', 'moe', 'mlp', 'ffn', 'c_fc', 'feed_forward']],
  ['embed', ['embed', 'wte', 'wpe']],
];

const hookedEndings = ['.attn.c_attn', '.attn.c_proj', '.mlp.c_fc', '.mlp.c_proj'];
const hookedPieces = [
  'attn',
  'attention',
  'mlp',
  'ffn',
  'router',
  'expert',
  'moe',
  'gate',
  'gating',
  'switch',
];
