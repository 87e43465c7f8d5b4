/** Sections of one tier, as a tiers file has them. */
export interface TierPatch {
  readonly tier: string;
  readonly sections: Readonly<Record<string, unknown>>;
}

/**
 * A tiers file (`auto.tiers_file`) with where its values come from as comments. Keys and texts are those of guards'
 * policies, so JSON's own quoting serves where one is no plain word.
 */
export function tiersFileText(comments: readonly string[], patches: readonly TierPatch[]): string {
  // A name with a line break in it must not end its comment.
  const head = comments.map((line) => `# ${line.replaceAll(/\s+/gu, ' ')}\n`).join('');
  const tier = (patch: TierPatch) =>
    Object.keys(patch.sections).length === 0
      ? `${patch.tier}: {}\n`
      : `${patch.tier}:\n${lines(patch.sections, '  ')}`;
  return `${head}\n${patches.map(tier).join('\n')}`;
}

function lines(value: object, indent: string): string {
  return Object.entries(value)
    .map(([key, member]) =>
      typeof member === 'object' && member !== null
        ? `${indent}${word(key)}:\n${lines(member, `${indent}  `)}`
        : `${indent}${word(key)}: ${typeof member === 'string' ? word(member) : String(member)}\n`,
    )
    .join('');
}

function word(text: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(text) ? text : JSON.stringify(text);
}
