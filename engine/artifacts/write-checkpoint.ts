import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { InvarLockError } from '../core/errors.ts';
import type { Checked } from '../core/findings.ts';
import type { FileReader, Files } from '../core/ports.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type TensorSource, type WrittenFile, writeSafetensors } from './safetensors/write-safetensors.ts';

export interface CheckpointContent {
  /** Where configuration and tokenizer are copied from. */
  readonly base: Checkpoint;
  readonly tensors: readonly TensorSource[];
  /** Further JSON files, made when the weights are written; their digest may go into them. */
  extraFiles(weights: WrittenFile): Promise<Readonly<Record<string, unknown>>>;
}

/** What a model folder holds beside its weights, as far as a copy of the model needs it. */
const copiedFiles = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'tokenizer.model',
  'spiece.model',
  'chat_template.jinja',
];

/**
 * Writes a model folder: configuration, tokenizer, weights, extra files. It is built beside `outFolder` and renamed
 * when it is complete, so that nobody meets half a model; on failure nothing is left.
 */
export async function writeCheckpoint(
  files: Files,
  outFolder: string,
  content: CheckpointContent,
): Promise<Checked<WrittenFile>> {
  const refused = await refuseOccupied(files, outFolder);
  if (refused) return refused;
  const temporary = `${outFolder}.partial-${randomBytes(6).toString('hex')}`;
  try {
    await files.createFolder(temporary);
    for (const name of copiedFiles) await copyIfThere(files, content.base.folder, temporary, name);
    const weights = await writeSafetensors(
      files,
      path.join(temporary, 'model.safetensors'),
      content.tensors,
      content.base.metadata,
    );
    for (const [name, value] of Object.entries(await content.extraFiles(weights))) {
      await files.writeAtomic(path.join(temporary, name), `${JSON.stringify(value, undefined, 1)}\n`);
    }
    // An empty folder stands in the way of a rename on some platforms. What filled up meanwhile stays.
    const late = await refuseOccupied(files, outFolder);
    if (late) {
      await files.remove(temporary);
      return late;
    }
    await files.remove(outFolder);
    await files.rename(temporary, outFolder);
    return { value: weights, findings: [] };
  } catch (error) {
    await files.remove(temporary);
    if (error instanceof InvarLockError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvarLockError('U705', `The model could not be written to ${outFolder}: ${reason}`, {
      cause: error,
    });
  }
}

/** A finding when something is at `outFolder` that must not be replaced. */
export async function refuseOccupied(
  files: FileReader,
  outFolder: string,
): Promise<Checked<never> | undefined> {
  const facts = await files.facts(outFolder);
  if (!facts) return undefined;
  if (facts.kind === 'folder' && (await files.list(outFolder)).length === 0) return undefined;
  const what = facts.kind === 'folder' ? 'is not empty' : 'is a file';
  const message = `The output folder ${outFolder} ${what}. Name a new folder; nothing was written.`;
  return { value: undefined, findings: [{ code: 'U704', severity: 'error', message, file: outFolder }] };
}

async function copyIfThere(files: Files, from: string, to: string, name: string): Promise<void> {
  const source = path.join(from, name);
  if ((await files.facts(source))?.kind !== 'file') return;
  await files.writeAtomic(path.join(to, name), await files.readBytes(source));
}

/** SHA-256 of a file, read in pieces. */
export async function hashFile(files: FileReader, file: string): Promise<string> {
  const hash = createHash('sha256');
  const pieceBytes = 16 * 1024 * 1024;
  const sizeBytes = (await files.facts(file))?.sizeBytes ?? 0;
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
    hash.update(await files.readBytes(file, { offset, length: Math.min(pieceBytes, sizeBytes - offset) }));
  }
  return hash.digest('hex');
}
