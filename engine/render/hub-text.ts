import { textAt } from '../core/json-access.ts';

/**
 * Where something comes from at the Hugging Face Hub, from the block that evidence has of it; undefined for what is local.
 *
 * @example hubText(certificate, 'meta', 'hub') // 'org/name, revision main, commit 8f4b5b0c2f6d'
 */
export function hubText(document: unknown, ...keys: readonly string[]): string | undefined {
  const repository = textAt(document, ...keys, 'repository');
  const commit = textAt(document, ...keys, 'commit');
  if (repository === undefined || commit === undefined) return undefined;
  const revision = textAt(document, ...keys, 'revision');
  const config = textAt(document, ...keys, 'config');
  return [
    repository,
    ...(config === undefined ? [] : [`configuration ${config}`]),
    ...(revision === undefined || revision === commit ? [] : [`revision ${revision}`]),
    `commit ${commit.slice(0, 12)}`,
  ].join(', ');
}
