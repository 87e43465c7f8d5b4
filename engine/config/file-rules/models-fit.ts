import { locateModel } from '../../hub/locate-model.ts';
import { findOnnx } from '../../models/find-onnx.ts';
import type { FileRuleView } from './check-file-rules.ts';
import { pathAt } from './path-at.ts';

/**
 * Both model folders exist, hold a tokenizer that fits the model, and can read a whole window. What the weights hold is
 * checked when they are opened, by doctor and by the run.
 */
export async function modelsFit(view: FileRuleView): Promise<void> {
  for (const key of ['baseline', 'subject'] as const) {
    const pointer = `/certify/${key}`;
    const named = pathAt(view, pointer);
    const folder = named === undefined ? undefined : await folderOf(view, pointer, named);
    if (folder !== undefined) await checkModel(view, pointer, folder);
  }
}

/** The folder of a model, which may be one of the Hugging Face cache; undefined when it is said where it is not. */
async function folderOf(view: FileRuleView, pointer: string, named: string): Promise<string | undefined> {
  const { files, environment } = view;
  const text = view.text(pointer) ?? named;
  const onnx = view.text('/certify/adapter') === 'hf_causal_onnx';
  const hub = { environment, files, network: undefined };
  const { value, findings } = await locateModel(hub, { text, folder: named, onnx });
  if (value) return value.folder;
  for (const { code, message } of findings) {
    // A subject is often made after its configuration, and a model of the hub is downloaded by the run.
    view.report(pointer, 'value', code, code === 'H802' ? 'note' : 'warning', message);
  }
  return undefined;
}

async function checkModel(view: FileRuleView, pointer: string, named: string): Promise<void> {
  const { files } = view;
  const facts = await files.facts(named);
  if (!facts) {
    // A subject is often made after its configuration, so this is not an error yet.
    const message = `There is no model folder ${named}. Check the path, or make the model before you certify.`;
    view.report(pointer, 'value', 'M200', 'warning', message);
    return;
  }
  const onnx = facts.kind === 'file' ? (await findOnnx(files, named)).value : undefined;
  if (facts.kind !== 'folder' && !onnx) {
    const message = `${named} is neither a folder nor an .onnx file. Name the folder in which the model lies.`;
    view.report(pointer, 'value', 'M200', 'error', message);
    return;
  }
  const folder = onnx?.folder ?? named;
  const { config, tokenizer } = await view.readModelFacts(files, folder);
  // An ONNX model says most of what is needed itself.
  const needsConfig = config === 'missing' && !onnx && !(await findOnnx(files, named)).value;
  if (needsConfig) {
    const message = `There is no config.json in ${folder}. A model folder holds config.json beside its weights.`;
    view.report(pointer, 'value', 'M201', 'error', message);
  }
  if (tokenizer === 'missing') {
    const message = `${folder} has no tokenizer.json. Save the fast tokenizer of the model into it.`;
    view.report(pointer, 'value', 'T301', 'error', message);
  }
  if (typeof config !== 'object') return;

  const { rows, contextLength: context } = config;
  const largest = typeof tokenizer === 'object' ? tokenizer.largestId : undefined;
  if (rows !== undefined && largest !== undefined && largest >= rows) {
    const message = `The tokenizer has ids up to ${largest}, but the model in ${folder} has ${rows} rows. Put the tokenizer that belongs to the model into its folder.`;
    view.report(pointer, 'value', 'T303', 'error', message, { expected: rows, actual: largest });
  }
  const seqLen = view.number('/dataset/seq_len');
  if (seqLen === undefined || context === undefined || seqLen <= context) return;
  const fix = view.replaceFix('/dataset/seq_len', `Lower seq_len to ${context}`, String(context));
  const message = `dataset.seq_len is ${seqLen}, but the model in ${folder} reads at most ${context} tokens. Lower seq_len and stride.`;
  view.report('/dataset/seq_len', 'value', 'T321', 'error', message, {
    expected: context,
    actual: seqLen,
    ...(fix && { fix }),
  });
}
