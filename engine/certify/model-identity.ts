import { createHash } from 'node:crypto';
import path from 'node:path';
import { hashFile } from '../artifacts/write-checkpoint.ts';
import { isInside } from '../core/is-inside.ts';
import type { FileReader } from '../core/ports.ts';
import { canonicalJson } from '../core/python-json.ts';
import type { HubOrigin } from '../hub/locate-model.ts';
import type { ModelSource } from '../models/model-source.ts';

/** What a model is, whatever its folder is called: SHA-256 of every file that the evaluation depends on. */
export interface ModelIdentity {
  /** Over the canonical JSON of `files`. */
  readonly sha256: string;
  /** Path in the model's folder, or the file's name where it lies elsewhere (a cache of blobs) → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the files come from, when they are of the Hugging Face Hub. */
  readonly hub?: HubOrigin;
}

const SETTINGS = ['config.json', 'genai_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/** Hashes configuration, tokenizer and weights of a model folder; files are streamed. */
export async function modelIdentity(
  files: FileReader,
  model: ModelSource,
  hub?: HubOrigin,
): Promise<ModelIdentity> {
  const hashes: Record<string, string> = {};
  for (const name of SETTINGS) {
    const file = path.join(model.folder, name);
    if ((await files.facts(file))?.kind === 'file') hashes[name] = await hashFile(files, file);
  }
  const folder = await files.realPath(model.folder);
  for (const file of model.weightFiles) {
    const name = isInside(folder, file) ? path.relative(folder, file) : path.basename(file);
    hashes[name.split(path.sep).join('/')] = await hashFile(files, file);
  }
  const sha256 = createHash('sha256').update(canonicalJson(hashes, 'C')).digest('hex');
  return { sha256, files: hashes, ...(hub && { hub }) };
}
