import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { coverageFloors, type TierName } from '../policy/tiers.ts';
import type { LoadedConfig, ValueOrigin } from './load-config.ts';
import { type ProfileName, profileOverlays } from './profile-overlays.ts';
import { resolveProvider } from './resolve-provider.ts';
import { resolveAcceptanceRange, resolveDriftBand } from './resolve-ranges.ts';
import type { RunSettings, Setting } from './run-settings.ts';
import { settingReader } from './setting-reader.ts';
import { withoutSuppressed } from './suppressions.ts';

/** Spec 01 §1.4.6: the order when the file gives none. */
const defaultGuardsOrder: readonly string[] = ['invariants', 'spectral', 'rmt', 'variance', 'invariants'];

/**
 * What counts for one run: the file, the profile over it, the floors of the tier (spec 01 §1.2 and §1.5). Counts and
 * replicates are the largest of what the file, the profile and (in ci and release) the tier demand.
 *
 * @example const { value } = resolveRunSettings(config, { profile: 'ci', tier: 'balanced' }); value?.previewN.value // 200
 */
export function resolveRunSettings(
  config: LoadedConfig,
  { profile, tier }: { readonly profile: ProfileName; readonly tier: TierName },
): Checked<RunSettings> {
  const findings: Finding[] = [];
  const reader = settingReader(config, findings);
  const overlay = profileOverlays[profile];
  const fromProfile: ValueOrigin = layer('profile', profile);
  const floors = overlay.enforcesFloors ? coverageFloors[tier] : undefined;

  /** The largest of the candidates; says so where the file's own number loses. */
  function raised(
    pointer: string,
    base: Setting<number>,
    byProfile: number | undefined,
    byTier: number | undefined,
  ) {
    let result = base;
    if (byProfile !== undefined && byProfile > result.value)
      result = { value: byProfile, origin: fromProfile };
    if (byTier !== undefined && byTier > result.value)
      result = { value: byTier, origin: layer('tier', tier) };
    if (result !== base && base.origin.kind !== 'default') {
      const key = pointer.slice(pointer.lastIndexOf('/') + 1);
      const by = `the ${result.origin.kind} ${result.origin.label} needs at least that`;
      reader.report(
        pointer,
        'C132',
        'note',
        `${key} is ${base.value} in the file and ${result.value} in this run: ${by}.`,
      );
    }
    return result;
  }

  const provider = resolveProvider(config, reader);
  const seqLen = reader.needed('/dataset/seq_len');
  const hasCounts = overlay.windowsPerArm !== undefined;
  const count = (pointer: string) => (hasCounts ? reader.number(pointer, 0) : reader.needed(pointer));
  const previewN = count('/dataset/preview_n');
  const finalN = count('/dataset/final_n');
  if (!provider || !seqLen || !previewN || !finalN) return { value: undefined, findings };

  const seed = reader.number('/dataset/seed', 42);
  const replicates = config.origin('/eval/bootstrap/replicates')
    ? reader.number('/eval/bootstrap/replicates', 1000)
    : reader.number('/eval/bootstrap/n', 1000);
  const settings: RunSettings = {
    profile,
    tier,
    device: overlay.device
      ? { value: overlay.device, origin: fromProfile }
      : reader.text('/model/device', 'auto'),
    provider: provider.kind,
    providerOptions: provider.options,
    split: reader.text('/dataset/split', 'validation'),
    seqLen,
    // The reference records half of seq_len when stride is absent, and pairing fails later.
    stride: reader.number('/dataset/stride', seqLen.value),
    previewN: raised('/dataset/preview_n', previewN, overlay.windowsPerArm, floors?.preview),
    finalN: raised('/dataset/final_n', finalN, overlay.windowsPerArm, floors?.final),
    seed,
    metricKind: reader.text('/eval/metric/kind', 'auto'),
    bootstrap: {
      enabled: reader.flag('/eval/bootstrap/enabled', true),
      method: overlay.method
        ? { value: overlay.method, origin: fromProfile }
        : reader.text('/eval/bootstrap/method', 'bca_paired_delta_log'),
      replicates: raised('/eval/bootstrap/replicates', replicates, overlay.replicates, floors?.replicates),
      alpha:
        overlay.alpha === undefined
          ? reader.number('/eval/bootstrap/alpha', 0.05)
          : { value: overlay.alpha, origin: fromProfile },
      seed: reader.number('/eval/bootstrap/seed', seed.value),
    },
    guardsOrder: guardsOrder(config),
    acceptanceRange: overlay.acceptanceRange
      ? { value: overlay.acceptanceRange, origin: fromProfile }
      : resolveAcceptanceRange(config),
    driftBand: resolveDriftBand(config),
  };
  checkAgreement(settings, reader);
  const shown = withoutSuppressed(findings, config.texts);
  return { value: hasErrors(findings) ? undefined : settings, findings: shown };
}

/** What must be true of the decided values, whichever layers they come from. */
function checkAgreement(settings: RunSettings, reader: ReturnType<typeof settingReader>): void {
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

function guardsOrder(config: LoadedConfig): Setting<readonly string[]> {
  const order = config.data.guards?.order;
  const origin = config.origin('/guards/order');
  if (!order || !origin) return { value: defaultGuardsOrder, origin: layer('default') };
  return { value: order.filter((name) => name !== 'noop'), origin };
}

function layer(kind: ValueOrigin['kind'], label?: string): ValueOrigin {
  return { kind, file: undefined, range: undefined, label };
}
