import path from 'node:path';
import type { Checked, Finding } from '../core/findings.ts';
import { isInside } from '../core/is-inside.ts';
import type { FileFacts, FileReader } from '../core/ports.ts';
import { modelRoots } from './model-roots.ts';

/** A file of a model folder that may be copied. */
export interface CopiedFile {
  readonly name: string;
  /** Real path, so that a link which is exchanged later leads nowhere else. */
  readonly file: string;
  readonly sizeBytes: number;
}

/** What a model folder holds beside its weights, as far as a copy of the model needs it. */
const copiedNames = [
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

/** The largest tokenizers have some tens of megabytes. */
const maximumBytes = 256 * 1024 * 1024;

/**
 * The files beside the weights that a copy of the model takes along. A model folder may come from anywhere: a link in it
 * must not carry other files of this machine into the copy, so what leads out of the model is refused with X609.
 *
 * @example const { value, findings } = await findCopiedFiles(files, '/models/tiny-gpt2')
 */
export async function findCopiedFiles(
  files: FileReader,
  folder: string,
): Promise<Checked<readonly CopiedFile[]>> {
  const findings: Finding[] = [];
  const value: CopiedFile[] = [];
  const roots = await modelRoots(files, folder);
  for (const name of copiedNames) {
    const named = path.join(folder, name);
    const refuse = (problem: string): void => {
      const message = `${name} of ${folder} ${problem} Nothing was written.`;
      findings.push({ code: 'X609', severity: 'error', message, file: named });
    };
    const found = await inspect(files, named);
    if (!found) continue;
    if (found.kind === 'unreadable') {
      refuse(`cannot be read: ${found.reason}.`);
      continue;
    }
    const { facts, real } = found;
    if (!roots.some((root) => isInside(root, real))) {
      refuse('is a link that leads out of the model folder. Replace it by the file itself, if you trust it.');
    } else if (facts.kind !== 'file') {
      refuse(`is ${facts.kind === 'folder' ? 'a folder' : 'a device or a pipe'}, not a file. Remove it.`);
    } else if (facts.sizeBytes > maximumBytes) {
      refuse(`has ${facts.sizeBytes} bytes; at most ${maximumBytes} are copied.`);
    } else value.push({ name, file: real, sizeBytes: facts.sizeBytes });
  }
  return findings.length > 0 ? { value: undefined, findings } : { value, findings };
}

type Inspected =
  | { readonly kind: 'there'; readonly facts: FileFacts; readonly real: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Undefined when nothing is there, a link into nothing included. */
async function inspect(files: FileReader, named: string): Promise<Inspected | undefined> {
  try {
    const facts = await files.facts(named);
    if (!facts) return undefined;
    const real = await files.realPath(named);
    // A pipe would make the reader wait, so only a file is tried.
    if (facts.kind === 'file') await files.readBytes(real, { offset: 0, length: 1 });
    return { kind: 'there', facts, real };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}
