import path from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ConfigNode, nodeAt, plainValue } from '../../engine/config/config-node.ts';
import { inYaml } from '../../engine/config/describe-schema.ts';
import type { TextRange } from '../../engine/core/findings.ts';
import type { Analysis } from '../analysis.ts';
import { runEffects } from '../run-effects.ts';
import type { ServerServices } from '../services.ts';

/**
 * What counts in a run for the key under the cursor, and where that comes from; undefined where the value simply stands
 * there. `own` is the value as this text writes it.
 */
export async function effectiveValue(
  document: TextDocument,
  analysis: Analysis,
  pointer: string,
  own: ConfigNode | undefined,
  services: ServerServices,
): Promise<string | undefined> {
  const { merged } = analysis;
  if (!merged) return undefined;
  // A value inside `defaults` is looked up where it goes.
  const target = pointer.replace(/^\/defaults(?=\/)/, '');
  const run = await runEffects(analysis, services);
  const effect = run?.effects.find((one) => one.pointer === target);
  if (effect) return `In a run: \`${inYaml(effect.value)}\`, set by ${effect.by}.`;
  const node = nodeAt(merged, target)?.node;
  if (!node || node.kind === 'mapping' || node.kind === 'include') return undefined;
  const isThisOne = own?.range && node.source.file === analysis.file && sameRange(own.range, node.range);
  if (isThisOne) return own.kind === 'include' ? undefined : `In a run: \`${shown(node)}\`, from this line.`;
  return `In a run: \`${shown(node)}\`, from ${placeOf(document, analysis, node)}.`;
}

function shown(node: ConfigNode): string {
  const text = inYaml(plainValue(node));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function sameRange(a: TextRange, b: TextRange | undefined): boolean {
  return b !== undefined && a.start === b.start && a.end === b.end;
}

function placeOf(document: TextDocument, analysis: Analysis, node: ConfigNode): string {
  const { file } = node.source;
  const start = node.range?.start;
  if (file === analysis.file && start !== undefined) return `line ${document.positionAt(start).line + 1}`;
  const text = analysis.includes.find((include) => include.file === file)?.text;
  const line = text === undefined || start === undefined ? '' : `:${text.slice(0, start).split('\n').length}`;
  return file === undefined ? 'the defaults' : `${path.basename(file)}${line}`;
}
