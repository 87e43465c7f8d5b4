import type { Checked, Finding } from '../core/findings.ts';
import { type ConfigNode, type MappingNode, nodeAt, plainValue, withNodeAt } from './config-node.ts';
import { type LoadedConfig, loadedConfig } from './load-config.ts';
import { mergeConfig } from './merge-config.ts';
import { report } from './report-at.ts';
import { withoutSuppressed } from './suppressions.ts';

/** Sections that decide on which windows and how both models are measured; the subject cannot have its own. */
const shared = ['dataset', 'eval', 'primary_metric', 'auto', 'certify'];

/**
 * Lays an edit config (`--edit-config`) over the configuration of a certification: what it says about the edit, the
 * guards and the output (spec 01 §3.3, step 10). The model stays the one that was asked for, whatever `model.id` says
 * and a section that would give the subject other windows is refused, because nothing could be paired.
 */
export function applyEditConfig(base: LoadedConfig, overlay: LoadedConfig): Checked<LoadedConfig> {
  const findings: Finding[] = [];
  for (const section of shared) {
    const entry = overlay.root.entries.get(section);
    if (!entry) continue;
    for (const difference of differences(base.root, entry.node, `/${section}`)) {
      const found = nodeAt(overlay.root, difference);
      if (!found) continue;
      const { node } = found;
      const key = difference.slice(difference.lastIndexOf('/') + 1);
      const place = { node, key, pointer: difference, findings, ...(found.entry && { entry: found.entry }) };
      const message = `An edit config cannot change ${difference.slice(1).replaceAll('/', '.')}: baseline and subject are measured in the same way. Move it to the configuration.`;
      report(place, 'C144', 'error', message, 'key');
    }
  }
  const id = nodeAt(overlay.root, '/model/id');
  // The reference leaves texts such as <MODEL_ID> in its overlays as placeholders.
  if (id?.node.kind === 'scalar' && !String(id.node.value).startsWith('<')) {
    const message =
      'model.id of an edit config does not count: the subject is the model that certify was asked for.';
    const place = {
      node: id.node,
      key: 'id',
      pointer: '/model/id',
      findings,
      ...(id.entry && { entry: id.entry }),
    };
    report(place, 'C143', 'note', message, 'value');
  }
  const shown = withoutSuppressed(findings, overlay.texts);
  if (findings.some(({ severity }) => severity === 'error')) return { value: undefined, findings: shown };
  const merged = mergeConfig(base.root, withoutModel(overlay.root, base.root));
  if (merged.kind !== 'mapping') return { value: base, findings: shown };
  const value = loadedConfig(merged, base.path, new Map([...overlay.texts, ...base.texts]));
  return { value, findings: shown };
}

/** Pointers below which the overlay says something that the base does not. */
function differences(base: MappingNode, node: ConfigNode, pointer: string): string[] {
  if (node.kind === 'scalar' && node.value === null) return [];
  if (node.kind === 'mapping')
    return [...node.entries].flatMap(([key, entry]) => differences(base, entry.node, `${pointer}/${key}`));
  const own = nodeAt(base, pointer)?.node;
  const isSame = own !== undefined && JSON.stringify(plainValue(own)) === JSON.stringify(plainValue(node));
  return isSame ? [] : [pointer];
}

function withoutModel(overlay: MappingNode, base: MappingNode): MappingNode {
  if (!nodeAt(overlay, '/model/id')) return overlay;
  const own = nodeAt(base, '/model/id')?.node;
  if (own) return withNodeAt(overlay, '/model/id', own);
  const model = overlay.entries.get('model');
  if (model?.node.kind !== 'mapping') return overlay;
  const entries = new Map(model.node.entries);
  entries.delete('id');
  return withNodeAt(overlay, '/model', { ...model.node, entries });
}
