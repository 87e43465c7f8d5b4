import { recordedLimits } from '../certificate/recorded-policy.ts';
import { numberAt, valueAt } from '../core/json-access.ts';
import type { Gate } from '../policy/gates.ts';
import type { GateExplanation } from './explanation.ts';
import { capitalised, short } from './wording.ts';

/** The gate on final ÷ preview of the subject, with the band that was used (spec 04 CQ-35, spec 01 Q-40). */
export function explainDrift(
  certificate: unknown,
  gate: Gate,
  baselineDrift: number | undefined,
): GateExplanation {
  const { min, max } = recordedLimits(certificate).driftBand;
  const number = (key: string) => numberAt(certificate, 'primary_metric', key);
  const [preview, final] = [number('preview'), number('final')];
  const parts =
    preview === undefined || final === undefined
      ? ''
      : ` (final ${final.toFixed(4)} ÷ preview ${preview.toFixed(4)})`;
  const failed = gate.outcome === 'fail';
  const isOwn = valueAt(certificate, 'primary_metric', 'drift_band') !== undefined;
  return {
    name: gate.name,
    title: 'Drift from preview to final',
    status: failed ? 'fail' : 'pass',
    value: gate.measured === null ? 'not finite' : `${gate.measured.toFixed(4)}x${parts}`,
    threshold: `${short(min)}x to ${short(max)}x`,
    source: isOwn ? 'the drift band of the run (primary_metric.drift_band)' : sourceOfPolicy(certificate),
    why:
      gate.reasons.length > 0
        ? gate.reasons.map(capitalised)
        : ['The subject reads both sets of windows alike.'],
    advice: failed ? advice(gate.measured, { min, max }, baselineDrift) : [],
    measured: gate.measured,
    interval: null,
    limit: gate.limit ?? null,
  };
}

function sourceOfPolicy(certificate: unknown): string {
  const isNamed = valueAt(certificate, 'resolved_policy', 'metrics', 'drift_band') !== undefined;
  return isNamed ? 'the tiers file (metrics.drift_band)' : 'the default band';
}

function advice(
  measured: number | null,
  band: { readonly min: number; readonly max: number },
  baselineDrift: number | undefined,
): string[] {
  if (measured === null) return ['Look for NaN or infinite weights in the edited model.'];
  const own = 'Raise dataset.preview_n and dataset.final_n, so that chance evens out.';
  if (baselineDrift === undefined || !Number.isFinite(baselineDrift)) {
    return [`Preview and final windows may be of different kinds: mix the rows of the data. ${own}`];
  }
  const alike = baselineDrift < band.min || baselineDrift > band.max;
  return alike
    ? [
        `The baseline drifts as well (${baselineDrift.toFixed(4)}x), so it is the data: preview and final windows are of different kinds. Mix its rows. ${own}`,
      ]
    : [
        `The baseline does not drift (${baselineDrift.toFixed(4)}x), so the edit hurts one part of the data more than the other. Compare the losses per window in report.json.`,
      ];
}
