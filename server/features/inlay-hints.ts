import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nodeAt, plainValue } from '../../engine/config/config-node.ts';
import { inYaml } from '../../engine/config/describe-schema.ts';
import { pointerInWords } from '../../engine/config/json-pointer.ts';
import type { Analysis } from '../analysis.ts';
import { type RunEffects, runEffects } from '../run-effects.ts';
import type { ServerServices } from '../services.ts';

/** Behind the values that a profile or a tier overrides what counts instead, and the size of the run behind `dataset`. */
export async function inlayHints(
  document: TextDocument,
  analysis: Analysis,
  within: Range,
  services: ServerServices,
): Promise<InlayHint[]> {
  const { merged, file } = analysis;
  const run = await runEffects(analysis, services);
  if (!merged || !run) return [];
  const hints: InlayHint[] = [];
  const add = (offset: number, label: string, tooltip: string) => {
    const position = document.positionAt(offset);
    if (position.line < within.start.line || position.line > within.end.line) return;
    hints.push({ position, label, tooltip, kind: InlayHintKind.Parameter, paddingLeft: true });
  };
  for (const { pointer, value, by } of run.effects) {
    const node = nodeAt(merged, pointer)?.node;
    if (!node?.range || node.source.file !== file || node.range.end === node.range.start) continue;
    if (inYaml(plainValue(node)) === inYaml(value)) continue;
    const tooltip = `In a run ${by} sets ${pointerInWords(pointer)} to ${inYaml(value)}.`;
    add(node.range.end, `→ ${inYaml(value)}`, tooltip);
  }
  const size = runSize(run);
  const entry = nodeAt(merged, '/dataset')?.entry;
  if (size && entry?.keyRange && entry.source.file === file && entry.node.kind === 'mapping') {
    add(entry.keyRange.end + 1, size, 'Windows and tokens that each of the two models evaluates.');
  }
  return hints;
}

function runSize(run: RunEffects): string | undefined {
  const number = (pointer: string) => {
    const value = run.valueAt(pointer);
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
