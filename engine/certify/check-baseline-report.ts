import type { Finding } from '../core/findings.ts';
import { valueAt } from '../core/json-access.ts';
import { checkSchedule } from '../data/check-schedule.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { readSchedule } from '../data/read-schedule.ts';
import { datasetHash, sequenceHash } from '../digests/window-digests.ts';
import type { RunReport } from '../report/run-report.ts';
import type { ModelIdentity } from './model-identity.ts';

/** What a reused baseline report must agree with. */
export interface ExpectedBaseline {
  readonly file: string;
  /** Undefined when the baseline's model is not at hand, as in a single run. */
  readonly identity?: ModelIdentity;
  readonly tokenizerHash: string;
  readonly schedule: WindowSchedule;
  readonly profile: string;
  readonly tier: string;
  readonly seqLen: number;
}

/**
 * Ties a baseline report by digest to the baseline model and the data of this run (spec 01 Q-28). A report without a
 * model identity, such as one of the Python tool, cannot be tied and says so.
 */
export function checkBaselineReport(report: RunReport, expected: ExpectedBaseline): readonly Finding[] {
  const findings: Finding[] = [];
  const refuse = (pointer: string, message: string, wanted: unknown, actual: unknown) => {
    findings.push({
      code: 'U709',
      severity: 'error',
      message,
      file: expected.file,
      pointer,
      expected: wanted,
      actual,
    });
  };
  const compare = (what: string, pointer: string, wanted: unknown, actual: unknown) => {
    if (actual === undefined || actual === null || actual === wanted) return;
    refuse(
      pointer,
      `The baseline report was made with another ${what}: ${String(actual)} instead of ${String(wanted)}. Make the baseline again.`,
      wanted,
      actual,
    );
  };
  if (report.edit.name !== 'noop') {
    refuse(
      '/edit/name',
      `The report is of the edit "${report.edit.name}", not of a baseline.`,
      'noop',
      report.edit.name,
    );
  }
  compare('profile', '/context/profile', expected.profile, report.context?.profile?.toLowerCase());
  compare('tier', '/meta/auto/tier', expected.tier, report.meta.auto?.tier);
  compare('seq_len', '/data/seq_len', expected.seqLen, report.data.seq_len);
  const { tasks } = expected.schedule;
  if (tasks) {
    compare('metric', '/metrics/primary_metric/kind', 'accuracy', report.metrics.primary_metric.kind);
    const pointer = '/metrics/classification/length_normalized';
    const normalized = valueAt(report.metrics, 'classification', 'length_normalized');
    compare('length_normalized', pointer, tasks.lengthNormalized, normalized);
  }
  if (expected.identity) {
    const recorded = report.meta.model_identity?.sha256;
    compare('model', '/meta/model_identity/sha256', expected.identity.sha256, recorded);
  }
  // The tool's own reports have the reference's hash, which says nothing about content.
  const tokenizer = report.meta.model_identity ? report.meta.tokenizer_hash : undefined;
  if (tokenizer && tokenizer !== expected.tokenizerHash) {
    findings.push({
      code: 'E002',
      severity: 'error',
      message: 'The baseline report was made with another tokenizer. Make the baseline again.',
      file: expected.file,
      pointer: '/meta/tokenizer_hash',
      expected: expected.tokenizerHash,
      actual: tokenizer,
    });
  }
  findings.push(...scheduleFindings(report, expected));
  if (expected.identity && !report.meta.model_identity && findings.length === 0) {
    findings.push({
      code: 'U710',
      severity: 'warning',
      message:
        'The baseline report does not say which model files it was made from, so it cannot be tied to the baseline folder.',
      file: expected.file,
      pointer: '/meta/model_identity',
    });
  }
  return findings;
}

/** The windows in the report must be usable, as they were hashed, and those of this run's data (spec 02 §2.9). */
function scheduleFindings(report: RunReport, { file, schedule }: ExpectedBaseline): Finding[] {
  const recorded = readSchedule(report);
  const { findings } = checkSchedule(recorded, { settings: {}, recorded: report.data, isStrict: true });
  if (findings.length > 0) return findings.map((finding) => ({ ...finding, file }));
  const windows = report.evaluation_windows;
  const inReport = hashOf(windows.preview.input_ids, windows.final.input_ids);
  const inData = hashOf(
    schedule.preview.map(({ inputIds }) => inputIds),
    schedule.final.map(({ inputIds }) => inputIds),
  );
  if (inReport === inData)
    return [
      ...idFindings(windows, schedule, file),
      ...labelFindings(windows, schedule, file),
      ...questionFindings(windows, schedule, file),
    ];
  const message =
    'The windows in the baseline report are not those that this data and tokenizer give. Make the baseline again.';
  return [
    {
      code: 'E001',
      severity: 'error',
      message,
      file,
      pointer: '/evaluation_windows',
      expected: inData,
      actual: inReport,
    },
  ];
}

/** Windows pair by id, so the same tokens need the same ids. */
function idFindings(
  windows: RunReport['evaluation_windows'],
  schedule: WindowSchedule,
  file: string,
): Finding[] {
  const differs = (['preview', 'final'] as const).find(
    (arm) => String(schedule[arm].map(({ id }) => id)) !== String(windows[arm].window_ids),
  );
  if (!differs) return [];
  const message = `The ${differs} windows in the baseline report have other ids than this run gives them. Make the baseline again.`;
  const pointer = `/evaluation_windows/${differs}/window_ids`;
  return [{ code: 'E006', severity: 'error', message, file, pointer }];
}

/** Which tokens are masked, and what a decoder should write, does not show in the inputs alone. */
function labelFindings(
  windows: RunReport['evaluation_windows'],
  schedule: WindowSchedule,
  file: string,
): Finding[] {
  const rows = (arm: 'preview' | 'final') => schedule[arm].map(({ labels }) => labels);
  const differs = (['preview', 'final'] as const).find(
    (arm) =>
      rows(arm).some((labels) => labels !== undefined) &&
      JSON.stringify(rows(arm)) !== JSON.stringify(windows[arm].labels),
  );
  if (!differs) return [];
  const message =
    'The baseline report was scored on other masked or target tokens than this data and configuration give. Make the baseline again.';
  return [
    { code: 'E003', severity: 'error', message, file, pointer: `/evaluation_windows/${differs}/labels` },
  ];
}

/** Which choices there were does not show in the tokens of the right answer. */
function questionFindings(
  windows: RunReport['evaluation_windows'],
  schedule: WindowSchedule,
  file: string,
): Finding[] {
  const differs = (['preview', 'final'] as const).find((arm) =>
    schedule[arm].some(({ example }, index) => example?.digest !== windows[arm].examples?.[index]?.digest),
  );
  if (!differs) return [];
  const message = `The ${differs} examples in the baseline report are not the questions that this data and tokenizer give. Make the baseline again.`;
  return [
    {
      code: 'E001',
      severity: 'error',
      message,
      file,
      pointer: `/evaluation_windows/${differs}/examples`,
    },
  ];
}

function hashOf(preview: readonly (readonly number[])[], final: readonly (readonly number[])[]): string {
  return datasetHash(sequenceHash(preview), sequenceHash(final));
}
