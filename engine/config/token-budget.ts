import type { Finding } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import { taskProviders } from '../data/providers/provider-names.ts';
import { exampleFloor } from '../policy/accuracy-gate.ts';
import { leastTokens, tokenFloor } from '../policy/gates.ts';
import type { RunSettings } from './run-settings.ts';

/** Their windows are as long as the texts of the pairs: `seq_len` says nothing about that. */
const pairProviders: readonly string[] = ['seq2seq', 'hf_seq2seq', 'local_jsonl_pairs'];

/**
 * More tokens than windows times `seq_len` no run evaluates. Where even that is below the floor of the tier, the gate
 * of the primary metric fails whatever the models do, and a whole evaluation would be needed to learn it (spec 01 §4.1,
 * D008; with the texts at hand the doctor counts the tokens themselves).
 */
export function tokenBudget(
  settings: RunSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Finding | undefined {
  const { profile, policy, tier, previewN, finalN, seqLen, metricKind, provider } = settings;
  const isRelaxed = profile === 'dev' && isTruthy(environment.INVARLOCK_TINY_RELAX);
  if (isRelaxed) return undefined;
  if (taskProviders.includes(provider.value)) return exampleBudget(settings);
  if (metricKind.value.includes('accuracy') || pairProviders.includes(provider.value)) return undefined;
  const windows = previewN.value + finalN.value;
  const most = windows * seqLen.value;
  const { metrics } = policy;
  const floor = tokenFloor(metrics, {});
  if (windows === 0 || most >= leastTokens(metrics, {})) return undefined;
  // Counts of a profile stand in no file; then it is the length that is too small for them.
  const isCount = previewN.origin.file !== undefined;
  const { file, range } = (isCount ? previewN : seqLen).origin;
  return {
    code: 'D008',
    severity: 'warning',
    message: `${windows} windows of ${seqLen.value} tokens hold at most ${most} tokens, but the tier ${tier} needs ${floor}, so the gate of the primary metric cannot pass. Raise dataset.preview_n and dataset.final_n, or seq_len.`,
    pointer: isCount ? '/dataset/preview_n' : '/dataset/seq_len',
    expected: floor,
    actual: most,
    ...(file !== undefined && { file }),
    ...(range && { range }),
  };
}

/** Accuracy counts examples: with fewer than the floor in the final arm its gate fails whatever the models answer. */
function exampleBudget({ policy, tier, finalN }: RunSettings): Finding | undefined {
  const floor = exampleFloor(policy.metrics.accuracy, undefined);
  if (finalN.value === 0 || finalN.value >= floor) return undefined;
  const { file, range } = finalN.origin;
  return {
    code: 'D008',
    severity: 'warning',
    message: `The final arm has ${finalN.value} examples, but the tier ${tier} needs ${floor}, so the gate of the accuracy cannot pass. Raise dataset.preview_n and dataset.final_n.`,
    pointer: '/dataset/final_n',
    expected: floor,
    actual: finalN.value,
    ...(file !== undefined && { file }),
    ...(range && { range }),
  };
}
