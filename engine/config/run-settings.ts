import type { TierName, TierPolicy } from '../policy/tiers.ts';
import type { TiersFileIdentity } from '../policy/tiers-file.ts';
import type { ValueOrigin } from './load-config.ts';

/** A value that counts, and which layer it comes from. */
export interface Setting<T> {
  readonly value: T;
  readonly origin: ValueOrigin;
}

/** Everything that one evaluation needs, decided. */
export interface RunSettings {
  /** A packaged name, or one of INVARLOCK_CONFIG_ROOT. */
  readonly profile: string;
  readonly tier: TierName;
  readonly device: Setting<string>;
  readonly provider: Setting<string>;
  /** Options of the provider under their names in the file; paths are absolute. */
  readonly providerOptions: Readonly<Record<string, unknown>>;
  readonly split: Setting<string>;
  readonly seqLen: Setting<number>;
  readonly stride: Setting<number>;
  readonly previewN: Setting<number>;
  readonly finalN: Setting<number>;
  readonly seed: Setting<number>;
  readonly metricKind: Setting<string>;
  /** `auto` follows the model. The others are for masked language models (spec 02 §2.1). */
  readonly loss: {
    readonly type: Setting<string>;
    readonly maskProbability: Setting<number>;
    readonly seed: Setting<number>;
    readonly randomTokenProbability: Setting<number>;
    readonly originalTokenProbability: Setting<number>;
  };
  readonly bootstrap: {
    readonly enabled: Setting<boolean>;
    readonly method: Setting<string>;
    readonly replicates: Setting<number>;
    readonly alpha: Setting<number>;
    readonly seed: Setting<number>;
  };
  /** Windows that the report keeps with the largest increase of the loss; 0 keeps none. */
  readonly worstWindows: Setting<number>;
  /** Whether `certify` compares what both models predict, token by token. */
  readonly divergence: Setting<boolean>;
  /** Whether `certify` evaluates the baseline twice; a device (else empty) asks for it too. */
  readonly noiseFloor: { readonly enabled: Setting<boolean>; readonly device: Setting<string> };
  /** Recorded, but for the target: it lowers the limit of the primary metric (spec 02 §7.3). */
  readonly auto: { readonly enabled: boolean; readonly probes: number; readonly targetPmRatio: number };
  readonly guardsOrder: Setting<readonly string[]>;
  /** Undefined when neither the file nor the profile gives a bound: the tier's limit alone decides then. */
  readonly acceptanceRange: Setting<{ readonly min: number; readonly max: number }> | undefined;
  readonly driftBand: Setting<{ readonly min: number; readonly max: number }> | undefined;
  /** The policy of the tier, with a tiers file and the guards of the file merged over it. */
  readonly policy: TierPolicy;
  /** Names of the values in it that are not the tier's packaged ones: `guards.spectral.max_caps`. */
  readonly policyOverrides: readonly string[];
  /** The file that overrides values of the tier. */
  readonly tiersFile: TiersFileIdentity | undefined;
  /** Variables of the environment that changed a value; the evidence must name them. */
  readonly activeEnvironment: Readonly<Record<string, string>>;
}
