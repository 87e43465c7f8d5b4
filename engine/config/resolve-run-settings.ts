import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { taskProviders } from '../data/providers/provider-names.ts';
import { checkGuardPolicies } from '../guards/check-guard-policies.ts';
import { nodeAt, plainValue } from './config-node.ts';
import { type ConfigLayers, layerConfig } from './layers/layer-config.ts';
import type { LoadedConfig } from './load-config.ts';
import { locateFindings } from './locate-findings.ts';
import { resolveProvider } from './resolve-provider.ts';
import { resolveAcceptanceRange, resolveDriftBand } from './resolve-ranges.ts';
import type { RunSettings, Setting } from './run-settings.ts';
import { type SettingReader, settingReader } from './setting-reader.ts';
import { withoutSuppressed } from './suppressions.ts';

/**
 * What counts for one run: all layers of spec 01 §1.2 merged, and read. Counts and replicates are the largest of what the
 * file, the profile and (in ci and release) the tier demand.
 *
 * @example const { value } = resolveRunSettings(config, { profile: 'ci', tier: 'balanced' }); value?.previewN.value // 200
 */
export function resolveRunSettings(config: LoadedConfig, layers: ConfigLayers): Checked<RunSettings> {
  const layered = layerConfig(config, layers);
  const findings: Finding[] = [...layered.findings];
  const reader = settingReader(layered.config, findings, config.root);

  const provider = resolveProvider(layered.config, reader);
  const seqLen = reader.needed('/dataset/seq_len');
  const previewN = reader.needed('/dataset/preview_n');
  const finalN = reader.needed('/dataset/final_n');
  if (!provider || !seqLen || !previewN || !finalN) return { value: undefined, findings };

  const replicates = reader.number('/eval/bootstrap/replicates', 1000);
  const settings: RunSettings = {
    profile: layers.profile,
    tier: layers.tier,
    device: reader.text('/model/device', 'auto'),
    provider: provider.kind,
    providerOptions: provider.options,
    split: reader.text('/dataset/split', 'validation'),
    seqLen,
    stride: reader.number('/dataset/stride', seqLen.value),
    previewN,
    finalN,
    seed: reader.number('/dataset/seed', 42),
    metricKind: reader.text('/eval/metric/kind', 'auto'),
    loss: {
      type: reader.text('/eval/loss/type', 'auto'),
      maskProbability: reader.number('/eval/loss/mask_prob', 0.15),
      seed: reader.number('/eval/loss/seed', 42),
      randomTokenProbability: reader.number('/eval/loss/random_token_prob', 0.1),
      originalTokenProbability: reader.number('/eval/loss/original_token_prob', 0.1),
    },
    bootstrap: {
      enabled: reader.flag('/eval/bootstrap/enabled', true),
      method: reader.text('/eval/bootstrap/method', 'bca_paired_delta_log'),
      replicates,
      alpha: reader.number('/eval/bootstrap/alpha', 0.05),
      seed: reader.number('/eval/bootstrap/seed', 42),
    },
    worstWindows: reader.number('/eval/worst_windows', 5),
    divergence: reader.flag('/eval/divergence', true),
    noiseFloor: {
      enabled: reader.flag('/eval/noise_floor', false),
      device: reader.text('/eval/noise_floor_device', ''),
    },
    auto: {
      enabled: reader.flag('/auto/enabled', false).value,
      probes: reader.number('/auto/probes', 0).value,
      targetPmRatio: reader.number('/auto/target_pm_ratio', 2).value,
    },
    guardsOrder: guardsOrder(layered.config),
    acceptanceRange: resolveAcceptanceRange(layered.config),
    driftBand: resolveDriftBand(layered.config),
    policy: layered.policy,
    policyOverrides: layered.policyOverrides,
    tiersFile: layers.runtime?.tiers?.identity,
    activeEnvironment: layered.activeEnvironment,
  };
  reportRaised(config, reader, '/dataset/preview_n', previewN);
  reportRaised(config, reader, '/dataset/final_n', finalN);
  const named = nodeAt(config.root, '/eval/bootstrap/replicates') ? 'replicates' : 'n';
  reportRaised(config, reader, `/eval/bootstrap/${named}`, replicates);
  findings.push(...locateFindings(layered.config, checkGuardPolicies(settings.policy)));
  checkAgreement(settings, reader);
  checkMetric(settings, reader);
  const shown = withoutSuppressed(findings, config.texts);
  return { value: hasErrors(findings) ? undefined : settings, findings: shown };
}

/** Says so where the file's own number loses. */
function reportRaised(
  config: LoadedConfig,
  reader: SettingReader,
  pointer: string,
  { value, origin }: Setting<number>,
): void {
  const node = nodeAt(config.root, pointer)?.node;
  const own = node && plainValue(node);
  if (typeof own !== 'number' || own >= value) return;
  const key = pointer.slice(pointer.lastIndexOf('/') + 1);
  const by = `the ${origin.kind} ${origin.label} needs at least that`;
  reader.report(pointer, 'C132', 'note', `${key} is ${own} in the file and ${value} in this run: ${by}.`);
}

/** What must be true of the decided values, whichever layers they come from. */
function checkAgreement(settings: RunSettings, reader: SettingReader): void {
  const { seqLen, stride, previewN, finalN, bootstrap } = settings;
  if (stride.value !== seqLen.value) {
    const message = `stride is ${stride.value} and seq_len is ${seqLen.value}. They must be equal.`;
    reader.report('/dataset/stride', 'T322', 'error', message);
  }
  if (previewN.value !== finalN.value) {
    const message = `preview_n is ${previewN.value} and final_n is ${finalN.value}. They must be equal.`;
    reader.report('/dataset/final_n', 'C131', 'error', message);
  }
  if (!bootstrap.enabled.value || bootstrap.replicates.value <= 0) {
    const message = 'Without a bootstrap there is no interval, and the metric is decided on its point alone.';
    reader.report(
      bootstrap.enabled.value ? '/eval/bootstrap/replicates' : '/eval/bootstrap/enabled',
      'C133',
      'warning',
      message,
    );
  }
}

/** Accuracy is measured on labelled data, and nothing else is (spec 02 EQ-02). */
function checkMetric({ metricKind, provider }: RunSettings, reader: SettingReader): void {
  const kind = metricKind.value.toLowerCase();
  const isLabelled = taskProviders.includes(provider.value);
  const names = taskProviders.join(' or ');
  if (kind === 'vqa_accuracy') {
    const message = 'vqa_accuracy needs images, which this version does not read. Use accuracy with text.';
    reader.report('/eval/metric/kind', 'U706', 'error', message);
  } else if (kind === 'accuracy' && !isLabelled) {
    const message = `accuracy needs data with right answers, which the provider ${provider.value} does not give. Use ${names}, or another metric.`;
    reader.report('/eval/metric/kind', 'C150', 'error', message);
  } else if (isLabelled && kind !== 'accuracy' && kind !== 'auto') {
    const message = `The provider ${provider.value} gives questions with right answers, on which accuracy is measured and ${metricKind.value} is not. Use accuracy, or auto.`;
    reader.report('/eval/metric/kind', 'C150', 'error', message);
  }
}

function guardsOrder(config: LoadedConfig): Setting<readonly string[]> {
  const order = config.data.guards?.order ?? [];
  const origin = config.origin('/guards/order') ?? {
    kind: 'default',
    file: undefined,
    range: undefined,
    label: undefined,
  };
  return { value: order.filter((name) => name !== 'noop'), origin };
}
