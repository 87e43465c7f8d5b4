import { confidenceBlock } from '../../certificate/blocks/primary-metric-block.ts';
import { type Evidence, gateDecisions, validationFlags } from '../../certificate/evaluate-evidence.ts';
import { recordedTier } from '../../certificate/recorded-policy.ts';
import type { Finding } from '../../core/findings.ts';
import { listAt, objectAt, valueAt } from '../../core/json-access.ts';
import { scheduleDigest } from '../../digests/window-digests.ts';
import { driftSummary } from '../../metrics/drift.ts';
import { attendedTokens } from '../../metrics/paired-baseline.ts';
import { coverage } from '../../metrics/pairing.ts';
import { type CheckContext, found } from '../check-context.ts';
import { guardOfGate } from '../guard-of-gate.ts';
import { compareAt } from './compare.ts';
import { divergenceFindings } from './divergence.ts';
import { noiseFloorFindings } from './noise-floor.ts';
import { activationFindings } from './recheck-activations.ts';
import { exampleFindings } from './recorded-examples.ts';
import type { WindowsReading } from './recorded-windows.ts';
import { worstWindowFindings } from './worst-windows.ts';

const STATS = '/dataset/windows/stats';

/**
 * What only certificates of ours record and the windows decide: every field of the gates' decisions and of the
 * confidence, the summary of the drift, coverage, and the token sums.
 */
export function ownFindings(
  context: CheckContext,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
  evidence: Evidence,
): readonly Finding[] {
  return [
    ...decisionFindings(context, evidence),
    ...compareAt(context, '/confidence', confidenceBlock(evidence.confidence)),
    ...metricFindings(context, evidence),
    ...compareAt(context, `${STATS}/paired_delta_summary`, drift(windows, evidence)),
    ...coverageFindings(context, windows),
    ...tokenFindings(context, windows),
    ...idFindings(context, windows),
    ...answerFindings(context, windows, evidence),
    ...worstWindowFindings(context, windows),
    ...divergenceFindings(context, windows),
    ...noiseFloorFindings(context, windows, evidence),
    ...activationFindings(context, windows),
  ];
}

function answerFindings(
  context: CheckContext,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
  evidence: Evidence,
): readonly Finding[] {
  const { examples, baselinePreview = [] } = windows;
  return examples ? exampleFindings(context, examples, { ...windows, baselinePreview }, evidence) : [];
}

/** Windows decide about the metric, the blocks of the guards about theirs; what those rest on is checked elsewhere. */
function decisionFindings(context: CheckContext, { gates }: Evidence): readonly Finding[] {
  const flags = validationFlags(gates);
  // A flag of a guard that did not judge is looked at by itself.
  const ofGuards = [...guardOfGate.keys()].flatMap((flag) =>
    flags[flag] === undefined
      ? []
      : compareAt(context, `/validation/${flag}`, flags[flag], 'the block of the guard gives'),
  );
  return [
    ...compareAt(context, '/gate_decisions', gateDecisions(gates)),
    ...compareAt(context, '/validation/hysteresis_applied', flags.hysteresis_applied),
    ...ofGuards,
  ];
}

function metricFindings(
  context: CheckContext,
  { comparison, gates, unstable }: Evidence,
): readonly Finding[] {
  const pairing = comparison.pairs >= 2 ? 'paired_baseline' : 'none';
  const basis = gates.find(({ name }) => name === 'primary_metric_acceptable')?.basis;
  return [
    ...compareAt(context, '/primary_metric/gating_basis', basis),
    ...compareAt(context, '/primary_metric/pairing', pairing),
    ...compareAt(context, '/primary_metric/unstable', unstable ? true : undefined),
    ...compareAt(context, `${STATS}/pairing`, pairing),
    ...compareAt(context, `${STATS}/paired_baseline_windows`, comparison.pairs),
  ];
}

function drift({ preview, final }: Arms, { previewMean, finalMean }: Evidence): unknown {
  const mean = previewMean === null || finalMean === null ? null : finalMean - previewMean;
  return driftSummary(preview, final, mean);
}

function coverageFindings(context: CheckContext, { preview, final }: Arms): readonly Finding[] {
  const bootstrap = objectAt(context.certificate, 'dataset', 'windows', 'stats', 'bootstrap');
  const replicates = bootstrap?.enabled === false ? undefined : Number(bootstrap?.replicates);
  const expected = coverage(recordedTier(context.certificate), preview.length, final.length, replicates);
  return [`${STATS}/coverage`, `${STATS}/bootstrap/coverage`].flatMap((pointer) =>
    compareAt(context, pointer, expected),
  );
}

/** Telemetry counts the attended tokens, the dataset block those of the padded windows. */
function tokenFindings(context: CheckContext, { preview, final }: Arms): readonly Finding[] {
  const seqLen = Number(valueAt(context.certificate, 'dataset', 'seq_len'));
  const padded = { preview: preview.length * seqLen, final: final.length * seqLen };
  return [
    ...compareAt(context, '/telemetry/preview_total_tokens', attendedTokens(preview)),
    ...compareAt(context, '/telemetry/final_total_tokens', attendedTokens(final)),
    ...compareAt(context, '/dataset/hash/preview_tokens', padded.preview),
    ...compareAt(context, '/dataset/hash/final_tokens', padded.final),
    ...compareAt(context, '/dataset/hash/total_tokens', padded.preview + padded.final),
  ];
}

/** A reader of foreign files counts windows that have no ids; ours name each. */
function idFindings(context: CheckContext, { final }: Arms): readonly Finding[] {
  const missing = ['preview', 'final', 'baseline/final'].filter(
    (arm) => listAt(context.certificate, 'evaluation_windows', ...arm.split('/'), 'window_ids') === undefined,
  );
  if (missing.length > 0) {
    return missing.map((arm) =>
      found('E004', `/evaluation_windows/${arm}`, 'The window losses have no window_ids.'),
    );
  }
  return compareAt(context, '/provenance/window_ids_digest', scheduleDigest(final.map(({ id }) => id)));
}

type Arms = Pick<Extract<WindowsReading, { kind: 'complete' }>, 'preview' | 'final'>;
