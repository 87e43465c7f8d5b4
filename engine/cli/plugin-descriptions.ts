import { configSchema, type Schema } from '../config/config-schema.ts';
import type { PluginItem } from './plugin-inventory.ts';

/** What a guard, edit, adapter or provider is, in the words that editors show for its name in a config. */
export function describePlugin({ kind, name }: Pick<PluginItem, 'kind' | 'name'>): string {
  const { $defs } = configSchema;
  const schemas: Readonly<Record<PluginItem['kind'], Schema | false | undefined>> = {
    guard: $defs?.guards?.properties?.order?.items,
    edit: $defs?.edit?.properties?.name,
    adapter: $defs?.model?.properties?.adapter,
    dataset: $defs?.providerKind,
  };
  return descriptionOf(schemas[kind], name) ?? '';
}

function descriptionOf(schema: Schema | false | undefined, name: string): string | undefined {
  if (!schema) return undefined;
  const index = schema.enum?.indexOf(name) ?? -1;
  if (index >= 0) return schema.enumDescriptions?.[index];
  for (const part of schema.anyOf ?? []) {
    const found = descriptionOf(part, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
