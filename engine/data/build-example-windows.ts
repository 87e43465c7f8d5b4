import type { Checked } from '../core/findings.ts';
import { distinctSchedule } from './build-windows.ts';
import type { EvaluationWindow, WindowSchedule } from './data-types.ts';
import { ignoredLabel } from './mask-tokens.ts';
import { type ExampleTokens, pairExample } from './providers/synthetic-examples.ts';
import type { WindowRequest } from './take-windows.ts';
import { fill } from './text-windows.ts';

export interface ExampleOptions extends ExampleTokens {
  readonly sourceLength: number;
  readonly targetLength: number;
  readonly seed: number;
}

/**
 * Windows of the provider `seq2seq` (spec 02 §1.9): pairs of random tokens, made from the seed, in both arms. They need no data,
 * so they show that a set-up works; they certify little.
 */
export function buildExampleWindows(
  request: WindowRequest,
  options: ExampleOptions,
): Checked<WindowSchedule> {
  const arm = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => window(from + at, request, options));
  return distinctSchedule(request, ({ previewN, finalN }) => ({
    preview: arm(0, previewN),
    final: arm(previewN, previewN + finalN),
  }));
}

function window(index: number, { seqLen, padId }: WindowRequest, options: ExampleOptions): EvaluationWindow {
  const { sourceIds, sourceMask, targetIds } = pairExample(index, options.seed, options);
  return {
    id: index,
    rowIndex: index,
    inputIds: fill(sourceIds, seqLen, padId),
    attentionMask: fill(sourceMask, seqLen, 0),
    labels: fill(targetIds, seqLen, ignoredLabel),
  };
}
