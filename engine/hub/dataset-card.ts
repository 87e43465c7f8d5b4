import { parse } from 'yaml';
import { isObject } from '../core/json-access.ts';

/** Which files of a split the card of a data set names; patterns with `*`, relative to the repository. */
interface CardSplit {
  readonly split: string;
  readonly patterns: readonly string[];
}

/** One configuration of a data set, as the card describes it. */
export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  /** The folder that the files are in. */
  readonly folder: string | undefined;
  /** Undefined when names and folders of files say which split they are of. */
  readonly splits: readonly CardSplit[] | undefined;
}

const mostCharacters = 2 << 20;
const mostConfigs = 5000;

/**
 * Reads `configs` in the YAML at the top of a data set's README.md. The text is of somebody else: what is not as documented is left
 * out, and a card that cannot be read says nothing.
 *
 * @example parseDatasetCard('---\nconfigs:\n- config_name: a\n  data_files: a/*.parquet\n---\n')
 */
export function parseDatasetCard(text: string): readonly CardConfig[] {
  const front = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/u.exec(
    text.slice(0, mostCharacters),
  )?.[1];
  const configs = front === undefined ? undefined : fieldOf(front, 'configs');
  if (!Array.isArray(configs)) return [];
  return configs.slice(0, mostConfigs).flatMap((config: unknown) => {
    if (!isObject(config)) return [];
    const { config_name: name = 'default', data_files: files, data_dir: folder, default: isDefault } = config;
    if (typeof name !== 'string') return [];
    const splits = files === undefined ? undefined : splitsOf(files);
    return [{ name, isDefault: isDefault === true, folder: folderOf(folder), splits }];
  });
}

function fieldOf(front: string, name: string): unknown {
  try {
    const card: unknown = parse(front, { maxAliasCount: 100, logLevel: 'silent' });
    return isObject(card) && Object.hasOwn(card, name) ? card[name] : undefined;
  } catch {
    return undefined;
  }
}

/** Either patterns, which are the split `train`, or a list of splits with their patterns. */
function splitsOf(files: unknown): CardSplit[] {
  const entries = Array.isArray(files) ? files : [files];
  const plain = patternsOf(entries);
  const named = entries.flatMap((entry: unknown) => {
    if (!isObject(entry) || typeof entry.split !== 'string') return [];
    return [
      { split: entry.split, patterns: patternsOf(Array.isArray(entry.path) ? entry.path : [entry.path]) },
    ];
  });
  return plain.length > 0 ? [{ split: 'train', patterns: plain }, ...named] : named;
}

function patternsOf(entries: readonly unknown[]): string[] {
  return entries.flatMap((entry) => {
    // Files of other places are not part of the repository, and of no commit.
    if (typeof entry !== 'string' || entry.length > 500 || entry.includes('://')) return [];
    return [entry.replace(/^(?:\.?\/)+/u, '')];
  });
}

function folderOf(folder: unknown): string | undefined {
  if (typeof folder !== 'string') return undefined;
  const plain = folder.replace(/^(?:\.?\/)+|\/+$/gu, '');
  return plain === '' || plain === '.' ? undefined : plain;
}
