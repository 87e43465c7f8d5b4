import path from 'node:path';
import type { FileReader } from '../../core/ports.ts';
import { largestTokenId } from './largest-token-id.ts';

/** What a model folder says about itself in its two small files. */
export interface ModelFacts {
  readonly config: 'missing' | 'unreadable' | { readonly rows?: number; readonly contextLength?: number };
  readonly tokenizer: 'missing' | 'unreadable' | { readonly largestId?: number };
}

export type ReadModelFacts = (files: FileReader, folder: string) => Promise<ModelFacts>;

/** Names under which model families keep the longest input that they can read. */
const contextKeys = ['n_positions', 'n_ctx', 'max_position_embeddings', 'max_sequence_length'];
/** Larger files are left to the run itself: an editor must stay quick. */
const maximumBytes = 16 << 20;
/** Folders whose facts are kept; a configuration names two. */
const capacity = 16;

export async function readModelFacts(files: FileReader, folder: string): Promise<ModelFacts> {
  const config = await readJson(files, path.join(folder, 'config.json'));
  const tokenizer = await readJson(files, path.join(folder, 'tokenizer.json'));
  return {
    config: typeof config === 'object' ? configFacts(config) : config,
    tokenizer: typeof tokenizer === 'object' ? tokenizerFacts(tokenizer) : tokenizer,
  };
}

/**
 * The same, remembered as long as both files stay what they are: the vocabulary of a large model takes longer to read than
 * a key takes to type.
 */
export function rememberedModelFacts(): ReadModelFacts {
  const known = new Map<string, { state: string; facts: Promise<ModelFacts> }>();
  return async (files, folder) => {
    const state = await stateOf(files, folder);
    const before = known.get(folder);
    if (before?.state === state) return before.facts;
    const facts = readModelFacts(files, folder);
    known.delete(folder);
    known.set(folder, { state, facts });
    // A failure is answered by whoever asked; it must not be remembered.
    facts.catch(() => known.delete(folder));
    for (const oldest of known.keys()) {
      if (known.size <= capacity) break;
      known.delete(oldest);
    }
    return facts;
  };
}

async function stateOf(files: FileReader, folder: string): Promise<string> {
  const names = ['config.json', 'tokenizer.json'];
  const facts = await Promise.all(names.map((name) => files.facts(path.join(folder, name))));
  return JSON.stringify(facts.map((one) => [one?.kind, one?.sizeBytes, one?.identity]));
}

function configFacts(config: Readonly<Record<string, unknown>>) {
  const rows = config.vocab_size;
  const contextLength = contextKeys.map((key) => config[key]).find((value) => typeof value === 'number');
  return {
    ...(typeof rows === 'number' && { rows }),
    ...(contextLength !== undefined && { contextLength }),
  };
}

function tokenizerFacts(tokenizer: Readonly<Record<string, unknown>>) {
  const largestId = largestTokenId(tokenizer);
  return largestId === undefined ? {} : { largestId };
}

/** A small JSON object; unreadable when it is too large or damaged, which the run itself explains. */
async function readJson(
  files: FileReader,
  file: string,
): Promise<Readonly<Record<string, unknown>> | 'missing' | 'unreadable'> {
  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return 'missing';
  if (facts.sizeBytes > maximumBytes) return 'unreadable';
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await files.readBytes(file)));
    return typeof value === 'object' && value !== null ? { ...value } : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
