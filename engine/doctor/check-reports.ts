import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import { plainValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import type { FileReader } from '../core/ports.ts';
import { locateReport } from '../report/locate-report.ts';

/** Reports that the doctor compares before a certification reuses them (spec 01 §4). Paths are absolute. */
export interface ReportInputs {
  /** Looked at alone: its split and its windows. */
  readonly baseline?: string | undefined;
  readonly baselineReport?: string | undefined;
  readonly subjectReport?: string | undefined;
  /** `--profile`. */
  readonly profile?: string | undefined;
  /** The metric of the configuration, when there is one. */
  readonly metricKind?: string | undefined;
  readonly strict: boolean;
}

const maximumBytes = 512 << 20;
const accuracyKinds = ['accuracy', 'vqa_accuracy'];

/** D003, D009–D013 about reports, and D105 where one cannot be read: the reference skips it without a word. */
export async function checkReports(files: FileReader, inputs: ReportInputs): Promise<Finding[]> {
  const findings: Finding[] = [];
  const read = async (named: string | undefined, arm: 'source' | 'edited') => {
    if (named === undefined) return undefined;
    const report = await readReport(files, named, arm);
    findings.push(...report.findings);
    return report.value;
  };
  const alone = await read(inputs.baseline, 'source');
  const baseline = await read(inputs.baselineReport, 'source');
  const subject = await read(inputs.subjectReport, 'edited');
  if (alone) findings.push(...aloneFindings(alone, inputs.baseline));
  if (baseline) findings.push(...aloneFindings(baseline, inputs.baselineReport));
  if (baseline && subject) findings.push(...crossFindings(baseline, subject, inputs));
  if (subject) findings.push(...countFindings(subject, inputs));
  const relaxed = [alone, baseline, subject].some(
    (report) =>
      valueAt(report, 'meta', 'auto', 'tiny_relax') === true ||
      valueAt(report, 'auto', 'tiny_relax') === true,
  );
  if (relaxed) {
    const message = 'A report was made with INVARLOCK_TINY_RELAX, so its gates were relaxed.';
    findings.push({ code: 'D013', severity: 'note', message, pointer: '/meta/auto/tiny_relax' });
  }
  return findings;
}

async function readReport(
  files: FileReader,
  named: string,
  arm: 'source' | 'edited',
): Promise<Checked<JsonObject>> {
  const unreadable = (why: string): Checked<JsonObject> => ({
    value: undefined,
    findings: [
      {
        code: 'D105',
        severity: 'error',
        reason: 'unreadable',
        message: `The report ${named} ${why}.`,
        file: named,
      },
    ],
  });
  const file = await locateReport(files, named, arm);
  if (file === undefined) return unreadable('does not exist');
  const facts = await files.facts(file);
  if ((facts?.sizeBytes ?? 0) > maximumBytes) return unreadable(`is larger than ${maximumBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await files.readBytes(file));
  } catch {
    return unreadable('is not a UTF-8 text');
  }
  const parsed = readJson(text, { mode: 'lenient', file });
  const value = parsed.value && plainValue(parsed.value);
  if (hasErrors(parsed.findings) || !isObject(value)) return unreadable('is not a JSON object');
  return { value, findings: [] };
}

function aloneFindings(report: JsonObject, file = ''): Finding[] {
  const findings: Finding[] = [];
  if (valueAt(report, 'provenance', 'split_fallback') === true) {
    findings.push({
      code: 'D003',
      severity: 'warning',
      message:
        'The split of the baseline was inferred, because its configuration named none. Set dataset.split.',
      file,
      pointer: '/provenance/split_fallback',
    });
  }
  const arms = ['preview', 'final'] as const;
  const empty = arms.filter((arm) => !listAt(report, 'evaluation_windows', arm, 'window_ids')?.length);
  if (empty.length > 0) {
    findings.push({
      code: 'D105',
      severity: 'error',
      reason: 'no_windows',
      message: `The baseline report holds no ${empty.join(' and no ')} windows, so nothing can be paired with it. Run the baseline again.`,
      file,
      pointer: '/evaluation_windows',
    });
  }
  return findings;
}

function crossFindings(baseline: JsonObject, subject: JsonObject, inputs: ReportInputs): Finding[] {
  const findings: Finding[] = [];
  const digest = (report: JsonObject, name: string) => textAt(report, 'provenance', 'provider_digest', name);
  const [left, right] = [digest(baseline, 'tokenizer_sha256'), digest(subject, 'tokenizer_sha256')];
  if (left !== undefined && right !== undefined && left !== right) {
    findings.push({
      code: 'D009',
      severity: 'warning',
      message: 'The tokenizers of the two reports differ; ci and release stop at that with E002.',
      pointer: '/provenance/provider_digest/tokenizer_sha256',
      details: { baseline: left, subject: right },
    });
  }
  const kinds = [kindOf(baseline), kindOf(subject), inputs.metricKind];
  const masks = [digest(baseline, 'masking_sha256'), digest(subject, 'masking_sha256')];
  if (kinds.includes('ppl_mlm') && left === right && masks.includes(undefined)) {
    findings.push({
      code: 'D010',
      severity: 'warning',
      message: 'A report holds no digest of its masked positions, so ci and release may stop with E003.',
      pointer: '/provenance/provider_digest/masking_sha256',
      details: { baseline_has_mask: masks[0] !== undefined, subject_has_mask: masks[1] !== undefined },
    });
  }
  const splits = [splitOf(baseline), splitOf(subject)];
  if (splits[0] !== undefined && splits[1] !== undefined && splits[0] !== splits[1]) {
    findings.push({
      code: 'D011',
      severity: inputs.strict ? 'error' : 'warning',
      reason: 'split_mismatch',
      message: `The baseline was evaluated on the split ${splits[0]}, the subject on ${splits[1]}. Evaluate both on one.`,
      pointer: '/provenance/dataset_split',
      details: { baseline: splits[0], subject: splits[1] },
    });
  }
  return findings;
}

function countFindings(subject: JsonObject, { profile }: ReportInputs): Finding[] {
  const metric = objectAt(subject, 'metrics', 'primary_metric');
  const isGuess = metric?.estimated === true || metric?.counts_source === 'pseudo_config';
  if (!isGuess || !accuracyKinds.includes(String(metric?.kind))) return [];
  const label =
    profile ?? textAt(subject, 'context', 'profile') ?? textAt(subject, 'meta', 'profile') ?? 'dev';
  return [
    {
      code: 'D012',
      severity: label.trim().toLowerCase() === 'dev' ? 'warning' : 'error',
      reason: 'counts_not_measured',
      message:
        'The accuracy of the subject rests on counts that were not measured. Evaluate it on labelled data.',
      pointer: '/metrics/primary_metric/counts_source',
    },
  ];
}

function kindOf(report: JsonObject): string | undefined {
  return textAt(report, 'metrics', 'primary_metric', 'kind');
}

function splitOf(report: JsonObject): string | undefined {
  return textAt(report, 'provenance', 'dataset_split') ?? textAt(report, 'data', 'split');
}
