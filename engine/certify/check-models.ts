import type { RunSettings } from '../config/run-settings.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { ModelSource } from '../models/model-source.ts';
import { evaluationTask, type ModelTask } from './model-task.ts';

const openAdapters: readonly string[] = ['auto', 'auto_hf', 'hf_auto'];

/** Adapters that this version has. The open ones follow the model, the others say what the model must be. */
export const readyAdapters: readonly string[] = [
  ...openAdapters,
  'hf_causal',
  'hf_causal_onnx',
  'hf_mlm',
  'hf_seq2seq',
];

/**
 * What must agree between the models, the adapter, the metric and the windows before an evaluation is spent; gives what
 * kind of models they are.
 */
export function checkModels(
  models: readonly ModelSource[],
  adapter: string,
  settings: RunSettings,
): Checked<ModelTask> {
  const tasks = models.map((model) => evaluationTask(model, settings));
  const [task] = tasks;
  const findings: Finding[] = [];
  if (!readyAdapters.includes(adapter)) {
    const message = `The adapter "${adapter}" is not in this version yet; ${readyAdapters.join(', ')} are.`;
    findings.push({ code: 'U706', severity: 'error', message, actual: adapter });
  }
  if (task) findings.push(...kindFindings(task, tasks, adapter, settings));
  const context = Math.min(...models.map(({ contextLength }) => contextLength));
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
  return { value: hasErrors(findings) ? undefined : task, findings };
}

const words = {
  causal: 'a causal language model',
  mlm: 'a masked language model',
  seq2seq: 'a sequence-to-sequence model',
} as const;

/** The models' losses, the adapter, the metric and `eval.loss.type` must be of one kind. */
function kindFindings(
  task: ModelTask,
  tasks: readonly ModelTask[],
  adapter: string,
  settings: RunSettings,
): Finding[] {
  const findings: Finding[] = [];
  const mismatch = (message: string, more: Partial<Finding> = {}): void => {
    findings.push({ code: 'U712', severity: 'error', message, ...more });
  };
  const other = tasks.find(({ loss }) => loss !== task.loss);
  if (other)
    mismatch(
      `The baseline is ${words[task.loss]} and the subject ${words[other.loss]}: their losses cannot be compared.`,
      { expected: task.loss, actual: other.loss },
    );
  const hasOtherAdapter = readyAdapters.includes(adapter) && !openAdapters.includes(adapter);
  const foreign = hasOtherAdapter && tasks.find((each) => each.adapter !== adapter);
  if (foreign)
    mismatch(
      `The adapter "${adapter}" does not fit ${words[task.loss]}${foreign.adapter === 'hf_causal_onnx' ? ' in ONNX' : ''}. Use ${foreign.adapter}, or auto, which follows the model.`,
      { expected: foreign.adapter, actual: adapter },
    );

  const metric = settings.metricKind;
  const metricPlace = { pointer: '/eval/metric/kind', ...place(metric.origin) };
  if (metric.value !== 'auto' && metric.value !== task.metric) {
    const message = `The metric "${metric.value}" does not fit ${words[task.loss]}. Use ${task.metric}, or auto, which follows the model.`;
    mismatch(message, { ...metricPlace, expected: task.metric, actual: metric.value });
  }

  const { type } = settings.loss;
  const isOld = type.value === 's2s' || type.value === 't5';
  const loss = isOld ? 'seq2seq' : type.value;
  if (loss !== 'auto' && loss !== task.loss)
    mismatch(
      `eval.loss.type is "${type.value}", but the model is ${words[task.loss]}. Remove the key, or set it to ${task.loss} or auto.`,
      { pointer: '/eval/loss/type', expected: task.loss, actual: type.value, ...place(type.origin) },
    );
  return findings;
}

function place({ file, range }: RunSettings['seqLen']['origin']): Pick<Finding, 'file' | 'range'> {
  return { ...(file === undefined ? {} : { file }), ...(range ? { range } : {}) };
}
