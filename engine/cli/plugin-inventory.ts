import manifest from '../../package.json' with { type: 'json' };
import { readyAdapters } from '../certify/check-models.ts';
import { readyProviders } from '../certify/provider-windows.ts';
import { configSchema, type Schema } from '../config/config-schema.ts';
import { optionsOfProvider } from '../config/rules/provider-options.ts';
import { compareCodePoints } from '../core/compare-code-points.ts';
import { editKinds } from '../edits/plan-edit.ts';
import { guardNamed } from '../guards/run/guard-registry.ts';

export const pluginCategories = ['guards', 'edits', 'adapters', 'datasets', 'plugins', 'all'] as const;

export type PluginCategory = (typeof pluginCategories)[number];

/** One row of `plugins list` (spec 01 §3.8, §3.10). All are part of this product: nothing is discovered or installed. */
export interface PluginItem {
  readonly name: string;
  readonly kind: 'guard' | 'edit' | 'adapter' | 'dataset';
  /** The area of the engine that does it. */
  readonly module: string;
  readonly entry_point: null;
  readonly origin: 'builtin';
  readonly status: 'ready' | 'not_in_this_version';
  /** What runs the model, for adapters. */
  readonly backend: { readonly name: string; readonly version: string } | null;
}

/**
 * What this version has of the names that a config may hold, sorted by name, then kind. The names come from the config
 * schema and the statuses from the code that decides, so the list cannot promise what a run would refuse.
 *
 * @example pluginItems('datasets').filter(({ status }) => status === 'ready')
 */
export function pluginItems(category: PluginCategory): readonly PluginItem[] {
  const all = [...guards(), ...edits(), ...adapters(), ...datasets()];
  return all
    .filter(({ kind }) => isIn(category, kind))
    .sort((a, b) => compareCodePoints(a.name, b.name) || compareCodePoints(a.kind, b.kind));
}

/** `plugins` are the kinds that the reference loads by name, so not the datasets (spec 01 §3.10). */
function isIn(category: PluginCategory, kind: PluginItem['kind']): boolean {
  if (category === 'all') return true;
  return category === 'plugins' ? kind !== 'dataset' : `${kind}s` === category;
}

/** `noop` only stands for "no guard", so it is none. */
function guards(): PluginItem[] {
  const names = namesOf(configSchema.$defs?.guards?.properties?.order?.items).filter(
    (name) => name !== 'noop',
  );
  return names.map((name) => item(name, 'guard', 'engine/guards', guardNamed(name) !== undefined));
}

function edits(): PluginItem[] {
  return ['noop', ...editKinds].map((name) => item(name, 'edit', 'engine/edits', true));
}

function adapters(): PluginItem[] {
  const backend = { name: 'onnxruntime-node', version: manifest.dependencies['onnxruntime-node'] };
  return namesOf(configSchema.$defs?.model?.properties?.adapter).map((name) => {
    const isReady = readyAdapters.includes(name);
    return { ...item(name, 'adapter', 'engine/graph', isReady), backend: isReady ? backend : null };
  });
}

function datasets(): PluginItem[] {
  return [...optionsOfProvider.keys()].map((name) =>
    item(name, 'dataset', 'engine/data', readyProviders.includes(name)),
  );
}

function item(name: string, kind: PluginItem['kind'], module: string, isReady: boolean): PluginItem {
  return {
    name,
    kind,
    module,
    entry_point: null,
    origin: 'builtin',
    status: isReady ? 'ready' : 'not_in_this_version',
    backend: null,
  };
}

/** The known names of a setting, also when it is open to others. */
function namesOf(schema: Schema | false | undefined): readonly string[] {
  if (!schema) return [];
  const names = schema.enum ?? schema.anyOf?.flatMap((part) => part.enum ?? []) ?? [];
  return names.filter((name) => typeof name === 'string');
}
