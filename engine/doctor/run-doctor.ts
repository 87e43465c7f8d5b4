import { loadNamedConfig } from '../certify/load-named-config.ts';
import { deviceFlag } from '../certify/plan-execution.ts';
import { type CertifyOptions, prepareCertify } from '../certify/prepare-certify.ts';
import { checkSettings } from '../config/check-settings.ts';
import { checkFileRules } from '../config/file-rules/check-file-rules.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readRunSettings } from '../config/read-run-settings.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import type { RunSettings } from '../config/run-settings.ts';
import { withoutSuppressed } from '../config/suppressions.ts';
import { type Finding, hasErrors } from '../core/findings.ts';
import { isTruthy } from '../core/is-truthy.ts';
import type { FileReader } from '../core/ports.ts';
import { type MetricsPolicy, type TierName, tierNamed, tierPolicies } from '../policy/tiers.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import { type Cause, causeInConfig } from './cause-in-config.ts';
import { checkCapacity } from './check-capacity.ts';
import { checkDevices, type NamedDevice } from './check-devices.ts';
import { checkMachine } from './check-machine.ts';
import { checkReports, type ReportInputs } from './check-reports.ts';
import { checkResources, type MachineResources } from './check-resources.ts';
import { namedDevices } from './named-devices.ts';
import { probeRuntime } from './probe-runtime.ts';
import { withReferenceCode } from './reference-codes.ts';

export interface DoctorInputs {
  readonly files: FileReader;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
  readonly platform: string;
  readonly workingFolder: string;
  readonly resources: MachineResources;
  readonly startRuntime: () => Promise<Runtime>;
  /** Starts an engine for trying devices: without a memory limit, which would count what drivers only reserve. */
  readonly startProbe: () => Promise<Runtime>;
  /** What `certify` would get; without a config only the machine is checked. */
  readonly certify?: CertifyOptions;
  readonly reports?: Omit<ReportInputs, 'metricKind'>;
  /** `--device`, when there is no configuration. */
  readonly device?: string | undefined;
  /** `--tier`, for the floors when there is no configuration. */
  readonly tier?: string | undefined;
}

export interface DoctorResult {
  /** By severity, then code. */
  readonly findings: readonly Finding[];
  /** Which line of the configuration leads to a finding about something else. */
  readonly causes: ReadonlyMap<Finding, Cause>;
  readonly tier: TierName;
  /** The floors of the gates, when a configuration was usable. */
  readonly floors?: MetricsPolicy;
}

/**
 * Checks the machine, and with a config everything that `certify` would check before it evaluates: the same code runs
 * (spec 01 §4, Q-10: an unreadable config is an error, never an empty list).
 */
export async function runDoctor(inputs: DoctorInputs): Promise<DoctorResult> {
  const findings: Finding[] = [
    ...checkMachine(inputs.nodeVersion, inputs.environment),
    ...(await probeRuntime(inputs.startRuntime, inputs.workingFolder)),
  ];
  const checked = inputs.certify && (await checkConfig(inputs, inputs.certify));
  if (checked) findings.push(...checked.findings);
  findings.push(...(await checkDevices(inputs.startProbe, devicesOf(inputs, checked), inputs.platform)));
  if (inputs.reports) {
    const metricKind = checked?.settings?.metricKind.value;
    findings.push(...(await checkReports(inputs.files, { ...inputs.reports, metricKind })));
  }
  const tier = checked?.settings?.tier ?? tierNamed(inputs.tier ?? '') ?? 'balanced';
  const floors = checked?.settings?.policy.metrics ?? (checked ? undefined : tierPolicies[tier].metrics);
  const ordered = inOrder(withoutTwins(findings.map(withReferenceCode)));
  return {
    findings: ordered,
    causes: causesOf(ordered, checked?.config),
    tier,
    ...(floors && { floors }),
  };
}

async function checkConfig(
  { files, environment, resources }: DoctorInputs,
  certify: CertifyOptions,
): Promise<{
  findings: readonly Finding[];
  settings: RunSettings | undefined;
  config: LoadedConfig | undefined;
}> {
  const prepared = await prepareCertify(files, certify);
  const findings = [...prepared.findings];
  const { value: config } = await loadNamedConfig(files, certify);
  // Preparation stops at its first obstacle; the rest of the picture is looked at all the same.
  const settings = config && (await settingsOf(files, config, certify));
  if (config) {
    const situation = { profile: certify.profile, tier: certify.tier };
    const measured = await checkFileRules(files, { ...config, environment }, situation);
    const known = new Set(findings.map(({ code }) => code));
    // The run's own words about data that are not there say more than the hint about them.
    if (known.has('H801') || known.has('H804')) known.add('C140');
    findings.push(...measured.filter(({ code }) => !known.has(code)));
    // What is counted below need not be estimated.
    const isCounted = prepared.value !== undefined;
    const told = settings ? checkSettings(config, settings, environment) : [];
    findings.push(...told.filter(({ code }) => !(isCounted && code === 'D008')));
  }
  if (prepared.value) {
    const isRelaxed = prepared.value.settings.profile === 'dev' && isTruthy(environment.INVARLOCK_TINY_RELAX);
    findings.push(...checkCapacity(prepared.value.settings, prepared.value.schedule, isRelaxed));
    findings.push(...(await checkResources(prepared.value, resources)));
  }
  // Findings about the text of the config mean that models and data were never reached.
  if (hasErrors(prepared.findings.filter(({ code }) => /^(?:C|U70[123])/u.test(code)))) {
    const message =
      'The configuration could not be used, so models, tokenizers and data were not all checked.';
    findings.push({ code: 'D005', severity: 'error', message });
  }
  return { findings: config ? withoutSuppressed(findings, config.texts) : findings, settings, config };
}

/** Those of the configuration; without one, that of `--device`. */
function devicesOf(
  { device }: DoctorInputs,
  checked:
    | { readonly settings: RunSettings | undefined; readonly config: LoadedConfig | undefined }
    | undefined,
): NamedDevice[] {
  if (checked?.config && checked.settings) return namedDevices(checked.config, checked.settings);
  return device === undefined ? [] : [{ name: device, pointer: '', origin: undefined }];
}

function causesOf(
  findings: readonly Finding[],
  config: LoadedConfig | undefined,
): ReadonlyMap<Finding, Cause> {
  const causes = new Map<Finding, Cause>();
  for (const finding of config ? findings : []) {
    const cause = config && causeInConfig(finding, config);
    if (cause) causes.set(finding, cause);
  }
  return causes;
}

async function settingsOf(
  files: FileReader,
  config: LoadedConfig,
  { environment, workingFolder, profile, tier, device }: CertifyOptions,
): Promise<RunSettings | undefined> {
  const resolved = await resolveConfig(files, config, { profile, tier, environment, workingFolder });
  if (!resolved.value) return undefined;
  const inputs = {
    profile: resolved.value.profile,
    tier: resolved.value.tier,
    environment,
    workingFolder,
    flags: deviceFlag(device),
  };
  return (await readRunSettings(files, config, inputs)).value;
}

/** One problem that two checks saw is one finding. */
function withoutTwins(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, pointer, file }) => {
    const identity = JSON.stringify([code, message, pointer, file]);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

/** By severity, then code (spec 01 §4.2); stable for the rest. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, note: 2 };
  return [...findings].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
