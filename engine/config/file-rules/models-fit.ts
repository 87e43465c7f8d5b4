import path from 'node:path';
import type { FileReader } from '../../core/ports.ts';
import type { FileRuleView } from './check-file-rules.ts';
import { largestTokenId } from './largest-token-id.ts';
import { pathAt } from './path-at.ts';

/** Names under which model families keep the longest input that they can read. */
const contextKeys = ['n_positions', 'n_ctx', 'max_position_embeddings', 'max_sequence_length'];
/** Larger files are left to the run itself: an editor must stay quick. */
const maximumBytes = 16 << 20;

/**
 * Both model folders exist, hold a tokenizer that fits the model, and can read a whole window. What the weights hold is
 * checked when they are opened, by doctor and by the run.
 */
export async function modelsFit(view: FileRuleView): Promise<void> {
  for (const key of ['baseline', 'subject'] as const) {
    const pointer = `/certify/${key}`;
    const folder = pathAt(view, pointer);
    if (folder !== undefined) await checkModel(view, pointer, folder);
  }
}

async function checkModel(view: FileRuleView, pointer: string, folder: string): Promise<void> {
  const { files } = view;
  const facts = await files.facts(folder);
  if (!facts) {
    // A subject is often made after its configuration, so this is not an error yet.
    const message = `There is no model folder ${folder}. Check the path, or make the model before you certify.`;
    view.report(pointer, 'value', 'M200', 'warning', message);
    return;
  }
  if (facts.kind !== 'folder') {
    const message = `${folder} is not a folder. Name the folder in which the model lies.`;
    view.report(pointer, 'value', 'M200', 'error', message);
    return;
  }
  const config = await readJson(files, path.join(folder, 'config.json'));
  if (config === 'missing') {
    const message = `There is no config.json in ${folder}. A model folder holds config.json beside its weights.`;
    view.report(pointer, 'value', 'M201', 'error', message);
  }
  const tokenizer = await readJson(files, path.join(folder, 'tokenizer.json'));
  if (tokenizer === 'missing') {
    const message = `${folder} has no tokenizer.json. Save the fast tokenizer of the model into it.`;
    view.report(pointer, 'value', 'T301', 'error', message);
  }
  if (typeof config !== 'object') return;

  const rows = config.vocab_size;
  const largest = typeof tokenizer === 'object' ? largestTokenId(tokenizer) : undefined;
  if (typeof rows === 'number' && largest !== undefined && largest >= rows) {
    const message = `The tokenizer has ids up to ${largest}, but the model in ${folder} has ${rows} rows. Put the tokenizer that belongs to the model into its folder.`;
    view.report(pointer, 'value', 'T303', 'error', message, { expected: rows, actual: largest });
  }
  const seqLen = view.number('/dataset/seq_len');
  const context = contextKeys.map((key) => config[key]).find((value) => typeof value === 'number');
  if (seqLen === undefined || context === undefined || seqLen <= context) return;
  const fix = view.replaceFix('/dataset/seq_len', `Lower seq_len to ${context}`, String(context));
  const message = `dataset.seq_len is ${seqLen}, but the model in ${folder} reads at most ${context} tokens. Lower seq_len and stride.`;
  view.report('/dataset/seq_len', 'value', 'T321', 'error', message, {
    expected: context,
    actual: seqLen,
    ...(fix && { fix }),
  });
}

/** A small JSON object; undefined when it is too large or unreadable, which the run itself explains. */
async function readJson(
  files: FileReader,
  file: string,
): Promise<Readonly<Record<string, unknown>> | 'missing' | undefined> {
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return 'missing';
  if (facts.sizeBytes > maximumBytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await files.readBytes(file)));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
