import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { Finding } from '../core/findings.ts';
import { architectureOf } from '../graph/architectures/index.ts';

/** Adapters that mean a causal Hugging Face folder here. */
export const causalAdapters: readonly string[] = ['auto', 'auto_hf', 'hf_causal', 'hf_auto'];

/** What must agree between the models, the adapter, the metric and the windows before an evaluation is spent. */
export function checkModels(
  models: readonly Checkpoint[],
  adapter: string,
  settings: RunSettings,
): Finding[] {
  const findings: Finding[] = [];
  if (!causalAdapters.includes(adapter)) {
    findings.push({
      code: 'U706',
      severity: 'error',
      message: `The adapter "${adapter}" is not in this version yet; ${causalAdapters.join(', ')} are.`,
      actual: adapter,
    });
  }
  const metric = settings.metricKind.value;
  if (metric !== 'auto' && metric !== 'ppl_causal') {
    findings.push({
      code: 'U706',
      severity: 'error',
      message: `The metric "${metric}" is not in this version yet; ppl_causal is.`,
      pointer: '/eval/metric/kind',
      ...place(settings.metricKind.origin),
    });
  }
  const context = Math.min(...models.map(contextLength));
  if (settings.seqLen.value > context) {
    findings.push({
      code: 'T321',
      severity: 'error',
      message: `dataset.seq_len is ${settings.seqLen.value}, but the model reads at most ${context} tokens. Lower seq_len and stride.`,
      pointer: '/dataset/seq_len',
      expected: context,
      actual: settings.seqLen.value,
      ...place(settings.seqLen.origin),
    });
  }
  return findings;
}

function contextLength({ modelType, config, tensors }: Checkpoint): number {
  return architectureOf(modelType)?.plan(config, tensors).value?.contextLength ?? Number.POSITIVE_INFINITY;
}

function place({ file, range }: RunSettings['seqLen']['origin']): Pick<Finding, 'file' | 'range'> {
  return { ...(file === undefined ? {} : { file }), ...(range ? { range } : {}) };
}
