import path from 'node:path';
import type { Location } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type ConfigNode, nodeAt } from '../../engine/config/config-node.ts';
import { profileAndTier } from '../../engine/config/profile-effects.ts';
import { readText } from '../../engine/config/read-text.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { filePath, fileUri, type ServerServices, workingFolder } from '../services.ts';
import { toLspRange } from '../to-lsp-range.ts';
import { parseOnce } from '../yaml/read-once.ts';
import { targetAt } from '../yaml/target-at.ts';

/**
 * Where the policy of a guard is written: from its name in `guards.order` to its section, and from both to what the tier
 * says in INVARLOCK_CONFIG_ROOT. The packaged policy stands in no file; hover and `config show --resolved` tell it.
 */
export async function guardDefinition(
  document: TextDocument,
  offset: number,
  analysis: Analysis,
  services: ServerServices,
): Promise<Location[] | null> {
  const root = parseOnce(document.getText(), { kind: 'file' }).value;
  const target = root && targetAt(root, offset);
  const name = target && guardAt(target.pointer, target.onKey, target.node);
  if (name === undefined) return null;
  const section = target?.onKey ? undefined : sectionOf(name, document, analysis);
  const policy = await policyOfTier(name, document, analysis, services);
  const places = [section, policy].filter((place) => place !== undefined);
  return places.length > 0 ? places : null;
}

function guardAt(pointer: string, onKey: boolean, node: ConfigNode): string | undefined {
  const own = pointer.replace(/^\/defaults(?=\/)/, '');
  if (onKey) return /^\/guards\/(?!order$)(\w+)$/.exec(own)?.[1];
  const isName = /^\/guards\/order\/\d+$/.test(own) && node.kind === 'scalar';
  return isName && typeof node.value === 'string' ? node.value : undefined;
}

/** `guards.<name>`, in this document or in one that it includes. */
function sectionOf(name: string, document: TextDocument, { merged, texts, file }: Analysis) {
  const entry = merged && nodeAt(merged, `/guards/${name}`)?.entry;
  const source = entry?.source.file;
  if (!entry?.keyRange || source === undefined) return undefined;
  const text = source === file ? document.getText() : texts?.get(source);
  if (text === undefined) return undefined;
  return locationIn(source === file ? document.uri : fileUri(path.resolve(source)), text, entry.keyRange);
}

async function policyOfTier(
  name: string,
  document: TextDocument,
  { merged }: Analysis,
  services: ServerServices,
): Promise<Location | undefined> {
  const { files, environment } = services;
  const configRoot = environment?.INVARLOCK_CONFIG_ROOT?.trim() ?? '';
  const own = filePath(document.uri);
  if (!files || configRoot === '' || own === undefined) return undefined;
  const file = path.resolve(workingFolder(own, services), configRoot, 'runtime', 'tiers.yaml');
  const { text } = await readText(files, file);
  const tiers = text === undefined ? undefined : parseOnce(text, { kind: 'file', file }).value;
  if (text === undefined || !tiers) return undefined;
  const tier = merged && profileAndTier(merged)?.tier;
  const range = nodeAt(tiers, `/${tier ?? 'balanced'}/${name}_guard`)?.entry?.keyRange;
  return range && locationIn(fileUri(file), text, range);
}

function locationIn(uri: string, text: string, range: TextRange): Location {
  return { uri, range: toLspRange(TextDocument.create(uri, 'yaml', 0, text), range) };
}
