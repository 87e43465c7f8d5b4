import { nodeFromValue } from '../../../engine/config/config-node.ts';
import { loadedConfig } from '../../../engine/config/load-config.ts';
import { resolveRunSettings } from '../../../engine/config/resolve-run-settings.ts';
import type { RunSettings } from '../../../engine/config/run-settings.ts';
import type { Checked } from '../../../engine/core/findings.ts';
import { tierNamed } from '../../../engine/policy/tiers.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
import type { Golden } from '../parity-types.ts';

const ROOT = '/golden';

/** The files of a golden run; rows of the hub are a local copy of it. */
export function flowFiles({ files, hf_rows: rows }: Golden): MemoryFiles {
  const named = Object.entries(files ?? {}).map(([name, text]) => [`${ROOT}/${name}`, text as string]);
  const lines = (rows ?? []).map((text: Golden) => `${JSON.stringify({ text })}\n`).join('');
  return new MemoryFiles({
    ...Object.fromEntries(named),
    ...(rows ? { [`${ROOT}/hub/validation.jsonl`]: lines } : {}),
  });
}

/** What counts in a golden run, from all layers. */
export function flowSettings({ config, profile, env, hf_rows: rows }: Golden): Checked<RunSettings> {
  const dataset = { ...config.dataset, ...(rows ? { cache_dir: 'hub' } : {}) };
  const tier = tierNamed(config.auto?.tier ?? '') ?? 'balanced';
  const settingsOf = (data: Golden) => {
    const values = { ...config, eval: measurable(config.eval), dataset: data };
    const root = nodeFromValue(values, { kind: 'file', file: `${ROOT}/run.yaml` });
    if (root.kind !== 'mapping') throw new Error('the golden configuration is no mapping');
    const loaded = loadedConfig(root, `${ROOT}/run.yaml`, new Map());
    return resolveRunSettings(loaded, { profile, tier, environment: env });
  };
  const { preview_n: preview, final_n: final } = dataset;
  if (preview === final) return settingsOf(dataset);
  // Arms of unequal size are refused here; what both compute of them is compared all the same.
  const { value, findings } = settingsOf({ ...dataset, final_n: preview });
  return { value: value && { ...value, finalN: { ...value.finalN, value: final } }, findings };
}

/** An accuracy without labels is refused here (EQ-02); what else both make of such a run is compared all the same. */
function measurable(evaluation: Golden): Golden {
  const isMadeUp = /accuracy/iu.test(evaluation?.metric?.kind ?? '');
  return isMadeUp ? { ...evaluation, metric: { ...evaluation.metric, kind: 'auto' } } : evaluation;
}
