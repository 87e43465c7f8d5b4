import { buildSchedule } from '../../../engine/certify/build-schedule.ts';
import type { WindowTokenizer } from '../../../engine/certify/provider-source.ts';
import { stopExitCode } from '../../../engine/certify/stop-exit-code.ts';
import type { RunSettings } from '../../../engine/config/run-settings.ts';
import type { Checked, Finding } from '../../../engine/core/findings.ts';
import { checkSchedule } from '../../../engine/data/check-schedule.ts';
import type { EvaluationWindow, WindowSchedule } from '../../../engine/data/data-types.ts';
import { readSchedule, type ScheduledArm } from '../../../engine/data/read-schedule.ts';
import type { LossKind } from '../../../engine/graph/model-graph.ts';
import { buildRunReport, type ReportWindow } from '../../../engine/report/build-run-report.ts';
import type { RunReport } from '../../../engine/report/run-report.ts';
import { goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { comparableReport } from './flow-report.ts';
import { flowFiles, flowSettings } from './flow-settings.ts';
import { stubLoss } from './stub-loss.ts';
import { toyTokenizer } from './toy-tokenizers.ts';

/** Whole runs with a model of which only the losses exist: from the configuration to the report (spec 02). */
export const runFlow = goldenCases(flow, {
  tolerance: { relative: 1e-9, absolute: 1e-12 },
  expected: ({ baseline, subject }) => ({
    baseline: withCodes(baseline),
    ...(subject ? { subject: withCodes(subject) } : {}),
  }),
});

async function flow(input: Golden, expected: Golden): Promise<Golden> {
  const baseline = await run(input, {}, input.baseline_delta, undefined);
  const reports = { baseline: comparable(baseline, expected.baseline, 'baseline', input.profile) };
  if (input.subject_delta === null) return reports;
  const damaged = damagedBaseline(baseline, input.baseline_damage);
  const subject = await run(input, input.subject_config_overrides ?? {}, input.subject_delta, damaged);
  return { ...reports, subject: comparable(subject, expected.subject, 'subject', input.profile) };
}

/** A baseline's report that is not there is `missing`. */
type PinnedTo = RunReport | Golden | 'missing' | undefined;

function damagedBaseline({ value }: Checked<RunReport>, damage: Golden): PinnedTo {
  if (damage === null) return value;
  if (damage === 'missing') return 'missing';
  const { evaluation_windows: _, ...rest } = value ?? ({} as Golden);
  return rest;
}

async function run(
  input: Golden,
  overrides: Golden,
  delta: number,
  baseline: PinnedTo,
): Promise<Checked<RunReport>> {
  const resolved = flowSettings({ ...input, config: { ...input.config, ...overrides } });
  const settings = resolved.value;
  if (!settings) return { value: undefined, findings: resolved.findings };
  const loss = lossOf(settings);
  const tokenizer = flowTokenizer(input.tokenizer);
  const schedule =
    baseline === undefined
      ? await buildSchedule(flowFiles(input), settings, tokenizer as Golden, { loss, configFile: 'd.yaml' })
      : pinnedSchedule(baseline, settings);
  if (!schedule.value) return { value: undefined, findings: schedule.findings };
  const evaluated = (windows: readonly EvaluationWindow[]): ReportWindow[] =>
    windows.map((window) => ({ window, loss: stubLoss(window, delta) }));
  const report = buildRunReport({
    meta: { seeds: { python: settings.seed.value, numpy: settings.seed.value, torch: null } } as Golden,
    profile: settings.profile,
    tier: settings.tier,
    data: {
      provider: settings.provider.value,
      split: settings.split.value,
      isSplitAssumed: baseline === undefined && settings.split.origin.kind === 'default',
      seqLen: settings.seqLen.value,
      stride: settings.stride.value,
      seed: settings.seed.value,
      requested: countsOf(settings, baseline, schedule.value),
      tokenizer: toyFacts(input.tokenizer),
      selection: schedule.value,
    },
    loss,
    metric: loss === 'mlm' ? 'ppl_mlm' : loss === 'seq2seq' ? 'ppl_seq2seq' : 'ppl_causal',
    edit: { name: 'noop' } as Golden,
    preview: evaluated(schedule.value.preview),
    final: evaluated(schedule.value.final),
    ...(baseline === undefined ? {} : { baseline }),
    bootstrap: {
      enabled: settings.bootstrap.enabled.value,
      method: settings.bootstrap.method.value,
      replicates: settings.bootstrap.replicates.value,
      alpha: settings.bootstrap.alpha.value,
      seed: settings.bootstrap.seed.value,
    },
    cost: { runMs: 1, peakRssBytes: 1, timings: {} },
    eventsPath: '',
  });
  return { value: report, findings: schedule.findings };
}

/** The windows of the baseline, where they can be used (spec 02 §2.9). */
function pinnedSchedule(baseline: PinnedTo, settings: RunSettings): Checked<WindowSchedule> {
  const schedule = baseline === 'missing' ? undefined : readSchedule(baseline);
  if (!schedule) {
    const message = 'The baseline report does not hold windows.';
    return { value: undefined, findings: [{ code: 'E001', severity: 'error', message }] };
  }
  const checked = checkSchedule(schedule, {
    settings: {
      seqLen: settings.seqLen.value,
      stride: settings.stride.value,
      dataset: settings.provider.value,
      split: settings.split.value,
    },
    recorded: baseline.data,
    isStrict: isStrict(settings.profile),
  });
  if (!checked.value) return { value: undefined, findings: checked.findings };
  const arm = ({ window_ids: ids, input_ids: rows, attention_masks: masks, labels }: ScheduledArm) =>
    ids.map((id, at) => ({
      id,
      rowIndex: id,
      inputIds: rows[at] ?? [],
      attentionMask: masks[at] ?? [],
      ...(labels && settings.loss.type.value === 'mlm' ? { labels: labels[at] ?? [] } : {}),
    }));
  return { value: { preview: arm(schedule.preview), final: arm(schedule.final) }, findings: [] };
}

/** A pinned subject asks for what its baseline has. */
function countsOf(settings: RunSettings, baseline: PinnedTo, { preview, final }: WindowSchedule) {
  if (baseline === undefined) return { preview: settings.previewN.value, final: settings.finalN.value };
  const { window_plan: plan } = baseline.data;
  return {
    preview: plan?.requested_preview ?? preview.length,
    final: plan?.requested_final ?? final.length,
  };
}

function comparable(
  { value, findings }: Checked<RunReport>,
  expected: Golden,
  arm: 'baseline' | 'subject',
  profile: string,
): Golden {
  const errors = findings.filter(({ severity }: Finding) => severity === 'error');
  if (errors.length === 0 && value)
    return { exit_code: 0, report: comparableReport(value, expected?.report, arm === 'subject'), errors: [] };
  // Outside ci and release the reference's sentences have no code.
  const typed = isStrict(profile)
    ? errors.map(({ code }) => code).filter((code) => /^E00\d$/u.test(code))
    : [];
  return { exit_code: stopExitCode(errors, profile), report: null, errors: typed };
}

/** Codes instead of sentences. Where the reference exits with 1, unusable input, ours exits with 2 (decisions). */
function withCodes(arm: Golden): Golden {
  const codes = arm.errors.flatMap((line: string) => /\[INVARLOCK:(E\d{3})\]/u.exec(line)?.[1] ?? []);
  return { exit_code: arm.exit_code === 1 ? 2 : arm.exit_code, report: arm.report, errors: codes };
}

function lossOf({ loss, provider }: RunSettings): LossKind {
  if (provider.value === 'seq2seq') return 'seq2seq';
  return loss.type.value === 'mlm' ? 'mlm' : 'causal';
}

function isStrict(profile: string): boolean {
  return profile === 'ci' || profile === 'release';
}

/** The tokenizers of the golden files, with what they say about themselves. */
function flowTokenizer(name: string): WindowTokenizer {
  const { encode, padId } = toyTokenizer(name);
  const special =
    name === 'toy_mlm' ? { vocabSize: 263, maskId: 262, specialIds: [0, 260, 261, 262] } : { specialIds: [] };
  return { encode: (text, length = 0) => encode(text, length) ?? [], padId, special };
}

function toyFacts(name: string) {
  return {
    name: 'toy-bytes',
    contentHash: `tokhash-${name}`,
    vocabSize: name === 'toy_mlm' ? 263 : 259,
    bosToken: null,
    eosToken: '</s>',
    padToken: '<pad>',
    addPrefixSpace: null,
  };
}
