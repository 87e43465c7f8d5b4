/**
 * The canonical name of a projection, whatever the architecture calls it (spec 03 §5.2): scales are proposed for
 * `block<i>.attn` and `block<i>.mlp`, policies name GPT-2's modules.
 *
 * @example canonicalProjection('block5.mlp') // 'transformer.h.5.mlp.c_proj'
 */
export function canonicalProjection(name: string): string {
  const [block = '', branch] = name.split('.');
  if (block.startsWith('block') && branch !== undefined) {
    const kind = branch.startsWith('attn') ? 'attn' : 'mlp';
    return `transformer.h.${block.slice('block'.length)}.${kind}.c_proj`;
  }
  const isBranch = name.startsWith('transformer.h.') && /\.(mlp|attn)/u.test(name);
  return isBranch && !name.includes('.c_proj') ? `${name}.c_proj` : name;
}

/** Shell-style patterns: `*` matches any text, dots too, `?` one character, `[...]` a set. */
export function matchesTap(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => expressionOf(pattern).test(name));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\[!?[^\]]+\]|[\s\S]/gu, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length > 1 && piece.startsWith('['))
      return `[${piece.startsWith('[!') ? '^' : ''}${piece.slice(piece.startsWith('[!') ? 2 : 1, -1).replaceAll('\\', '\\\\')}]`;
    return piece.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  });
  return new RegExp(`^${source}$`, 'su');
}
