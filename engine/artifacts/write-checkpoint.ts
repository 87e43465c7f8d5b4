import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Checked } from '../core/findings.ts';
import type { FileReader, Files } from '../core/ports.ts';
import { writeFailure } from '../core/write-failure.ts';
import type { Checkpoint } from './checkpoint.ts';
import { findCopiedFiles } from './copied-files.ts';
import { type TensorSource, type WrittenFile, writeSafetensors } from './safetensors/write-safetensors.ts';

export interface CheckpointContent {
  /** Where configuration and tokenizer are copied from. */
  readonly base: Checkpoint;
  readonly tensors: readonly TensorSource[];
  /** Further JSON files, made when the weights are written; their digest may go into them. */
  extraFiles(weights: WrittenFile): Promise<Readonly<Record<string, unknown>>>;
}

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
  const copied = await findCopiedFiles(files, content.base.folder);
  if (!copied.value) return { value: undefined, findings: copied.findings };
  const temporary = `${outFolder}.partial-${randomBytes(6).toString('hex')}`;
  try {
    await files.createFolder(temporary);
    for (const { name, file, sizeBytes } of copied.value) {
      // The size that was checked is what is read, should the file have grown meanwhile.
      const bytes = await files.readBytes(file, { offset: 0, length: sizeBytes });
      await files.writeAtomic(path.join(temporary, name), bytes);
    }
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
    // What cannot be written can often not be removed either; the first failure is the one to tell.
    await files.remove(temporary).catch(() => undefined);
    throw writeFailure(outFolder, error);
  }
}

/** A finding when something is at `outFolder` that must not be replaced. */
export async function refuseOccupied(
  files: FileReader,
  outFolder: string,
): Promise<Checked<never> | undefined> {
  let what: string;
  try {
    const facts = await files.facts(outFolder);
    if (!facts) return undefined;
    if (facts.kind === 'folder' && (await files.list(outFolder)).length === 0) return undefined;
    what = facts.kind === 'folder' ? 'is not empty' : 'is a file';
  } catch (error) {
    throw writeFailure(outFolder, error);
  }
  const message = `The output folder ${outFolder} ${what}. Name a new folder; nothing was written.`;
  return { value: undefined, findings: [{ code: 'U704', severity: 'error', message, file: outFolder }] };
}

/** SHA-256 of a file, read in pieces. `beforePiece` may throw to stop. */
export async function hashFile(
  files: FileReader,
  file: string,
  beforePiece: () => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256');
  const pieceBytes = 16 * 1024 * 1024;
  const sizeBytes = (await files.facts(file))?.sizeBytes ?? 0;
  for (let offset = 0; offset < sizeBytes; offset += pieceBytes) {
    beforePiece();
    hash.update(await files.readBytes(file, { offset, length: Math.min(pieceBytes, sizeBytes - offset) }));
  }
  return hash.digest('hex');
}
