import path from 'node:path';
import { nodeAt, plainValue } from './config-node.ts';
import type { LoadedConfig } from './load-config.ts';
import { optionsOfProvider } from './rules/provider-options.ts';
import type { Setting } from './run-settings.ts';
import type { SettingReader } from './setting-reader.ts';

const pathOptions = ['file', 'path', 'data_files', 'cache_dir'];

/**
 * The dataset provider and its options, whether they stand in a mapping or beside the provider's name (spec 01 §1.4.3).
 * Paths start at the folder of the file in which they are written, so that a run means the same from every folder.
 */
export function resolveProvider(
  config: LoadedConfig,
  reader: SettingReader,
): { kind: Setting<string>; options: Record<string, unknown> } | undefined {
  const provider = config.data.dataset?.provider;
  const isMapping = typeof provider === 'object';
  const pointer = isMapping ? '/dataset/provider/kind' : '/dataset/provider';
  const kind = reader.text(pointer, '');
  if (kind.value === '') {
    reader.report('/dataset/provider', 'C116', 'error', '"dataset.provider" is missing. A run needs it.');
    return undefined;
  }
  const options: Record<string, unknown> = {};
  for (const name of optionsOfProvider.get(kind.value) ?? []) {
    const inner = `/dataset/provider/${name}`;
    const at = nodeAt(config.root, inner) ? inner : `/dataset/${name}`;
    const found = nodeAt(config.root, at);
    const value = found && plainValue(found.node);
    // The reference drops empty options too; an empty delimiter says something.
    const isEmpty = value === '' && name !== 'answer_delimiter';
    if (value === undefined || value === null || isEmpty) continue;
    options[name] = pathOptions.includes(name) ? absolutePaths(config, at, value) : value;
  }
  return { kind, options };
}

function absolutePaths(config: LoadedConfig, pointer: string, value: unknown): unknown {
  if (!Array.isArray(value)) return config.resolvePath(pointer) ?? value;
  return value.map((item, index) =>
    typeof item === 'string' ? (config.resolvePath(`${pointer}/${index}`) ?? path.resolve(item)) : item,
  );
}
