import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type MappingNode, nodeAt, plainValue } from '../../engine/config/config-node.ts';
import { inYaml } from '../../engine/config/describe-schema.ts';
import { pointerInWords } from '../../engine/config/json-pointer.ts';
import { type ProfileEffect, profileAndTier, profileEffects } from '../../engine/config/profile-effects.ts';
import type { Analysis } from '../analysis.ts';

/** Behind the values that a profile or a tier overrides what counts instead, and the size of the run behind `dataset`. */
export function inlayHints(document: TextDocument, { merged, file }: Analysis, within: Range): InlayHint[] {
  const wanted = merged && profileAndTier(merged);
  if (!merged || !wanted) return [];
  const effects = profileEffects(merged, wanted);
  const hints: InlayHint[] = [];
  const add = (offset: number, label: string, tooltip: string) => {
    const position = document.positionAt(offset);
    if (position.line < within.start.line || position.line > within.end.line) return;
    hints.push({ position, label, tooltip, kind: InlayHintKind.Parameter, paddingLeft: true });
  };
  for (const effect of effects) {
    const node = nodeAt(merged, effect.pointer)?.node;
    if (!node?.range || node.source.file !== file || node.range.end === node.range.start) continue;
    if (inYaml(plainValue(node)) === inYaml(effect.value)) continue;
    add(node.range.end, `→ ${inYaml(effect.value)}`, tooltipOf(effect));
  }
  const size = runSize(merged, effects);
  const entry = nodeAt(merged, '/dataset')?.entry;
  if (size && entry?.keyRange && entry.source.file === file && entry.node.kind === 'mapping') {
    add(entry.keyRange.end + 1, size, 'Windows and tokens that each of the two models evaluates.');
  }
  return hints;
}

function tooltipOf({ pointer, value, by }: ProfileEffect): string {
  return `The ${by.kind} ${by.label} sets ${pointerInWords(pointer)} to ${inYaml(value)} in a run.`;
}

function runSize(merged: MappingNode, effects: readonly ProfileEffect[]): string | undefined {
  const number = (pointer: string) => {
    const effect = effects.find((one) => one.pointer === pointer);
    const node = nodeAt(merged, pointer)?.node;
    const value = effect?.value ?? (node && plainValue(node));
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const previewN = number('/dataset/preview_n');
  const finalN = number('/dataset/final_n');
  const seqLen = number('/dataset/seq_len');
  if (previewN === undefined || finalN === undefined || seqLen === undefined) return undefined;
  const windows = previewN + finalN;
  return `${grouped(windows)} windows, ${grouped(windows * seqLen)} tokens`;
}

/** Digits in groups of three, the same in every locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
