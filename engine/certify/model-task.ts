import type { RunSettings } from '../config/run-settings.ts';
import { taskProviders } from '../data/providers/provider-names.ts';
import type { LossKind } from '../graph/model-graph.ts';
import type { EvaluatedKind } from '../metrics/primary-metric.ts';
import type { ModelSource } from '../models/model-source.ts';

/** What follows from the kind of a model's loss (spec 02 §2.1). */
export interface ModelTask {
  readonly loss: LossKind;
  /** The adapter's name in the evidence. */
  readonly adapter: string;
  readonly metric: EvaluatedKind;
  /** What a certificate of such a model must show. */
  readonly lints: readonly Readonly<Record<string, unknown>>[];
}

const modelTasks: Readonly<Record<LossKind, ModelTask>> = {
  causal: {
    loss: 'causal',
    adapter: 'hf_causal',
    metric: 'ppl_causal',
    lints: [metricLint('ppl_causal', 'Causal models are certified with ppl_causal.')],
  },
  mlm: {
    loss: 'mlm',
    adapter: 'hf_mlm',
    metric: 'ppl_mlm',
    lints: [
      metricLint('ppl_mlm', 'Masked language models are certified with ppl_mlm.'),
      {
        type: 'gte',
        path: 'telemetry.masked_tokens_total',
        value: 1,
        message: 'At least one token must have been masked.',
      },
    ],
  },
  seq2seq: {
    loss: 'seq2seq',
    adapter: 'hf_seq2seq',
    metric: 'ppl_seq2seq',
    lints: [metricLint('ppl_seq2seq', 'Sequence-to-sequence models are certified with ppl_seq2seq.')],
  },
};

/** What follows from a model's loss; causal models in ONNX have an adapter of their own (spec 01 §3.9). */
function modelTask({ loss, kind }: Pick<ModelSource, 'loss' | 'kind'>): ModelTask {
  const task = modelTasks[loss];
  return loss === 'causal' && kind === 'onnx' ? { ...task, adapter: 'hf_causal_onnx' } : task;
}

/** The task with the data of a run: on labelled data the models' kind stays, and what is measured is their accuracy. */
export function evaluationTask(
  model: Pick<ModelSource, 'loss' | 'kind'>,
  { provider }: Pick<RunSettings, 'provider'>,
): ModelTask {
  const task = modelTask(model);
  if (!taskProviders.includes(provider.value)) return task;
  const message = 'Models on labelled data are certified with accuracy.';
  return { ...task, metric: 'accuracy', lints: [metricLint('accuracy', message)] };
}

function metricLint(value: EvaluatedKind, message: string): Readonly<Record<string, unknown>> {
  return { type: 'equals', path: 'primary_metric.kind', value, message };
}
