import type { RunSettings } from '../config/run-settings.ts';
import type { Finding } from '../core/findings.ts';
import { attendedLength, type WindowSchedule } from '../data/data-types.ts';
import { exampleFloor } from '../policy/accuracy-gate.ts';
import { leastTokens, tokenFloor } from '../policy/gates.ts';

/** What a decision needs at least, and whether the windows of this run can give it (spec 01 §4.1, D007 and D008). */
export function checkCapacity(
  settings: RunSettings,
  schedule: WindowSchedule,
  floorsAreRelaxed: boolean,
): Finding[] {
  const { metrics } = settings.policy;
  const windows = [...schedule.preview, ...schedule.final];
  const tokens = windows.reduce((sum, window) => sum + attendedLength(window), 0);
  const tokensMin = tokenFloor(metrics, { available: tokens });
  const examplesMin = exampleFloor(metrics.accuracy, windows.length);
  const details = {
    tokens_min: tokensMin,
    examples_min: examplesMin,
    tokens_available: tokens,
    examples_available: windows.length,
  };
  const findings: Finding[] = [
    {
      code: 'D007',
      severity: 'note',
      message: `A decision needs at least ${tokensMin} tokens (or ${examplesMin} examples for accuracy); the ${windows.length} windows of this run hold ${tokens} tokens.`,
      details,
    },
  ];
  if (schedule.tasks) {
    const short = floorsAreRelaxed ? undefined : tooFewExamples(settings, schedule.final.length, examplesMin);
    return short ? [...findings, { ...short, details }] : findings;
  }
  if (floorsAreRelaxed || tokens >= leastTokens(metrics, { available: tokens })) return findings;
  const { origin } = settings.previewN;
  findings.push({
    code: 'D008',
    severity: 'error',
    message: `The ${windows.length} windows of this run hold ${tokens} tokens, but the tier ${settings.tier} needs ${tokensMin}, so the gate of the primary metric cannot pass. Raise dataset.preview_n and dataset.final_n, or seq_len.`,
    pointer: '/dataset/preview_n',
    expected: tokensMin,
    actual: tokens,
    details,
    ...(origin.file !== undefined && { file: origin.file }),
    ...(origin.range && { range: origin.range }),
  });
  return findings;
}

function tooFewExamples({ tier, finalN }: RunSettings, examples: number, floor: number): Finding | undefined {
  if (examples >= floor) return undefined;
  const { file, range } = finalN.origin;
  return {
    code: 'D008',
    severity: 'error',
    message: `The final arm of this run has ${examples} examples, but the tier ${tier} needs ${floor}, so the gate of the accuracy cannot pass. Raise dataset.preview_n and dataset.final_n, or give more labelled rows.`,
    pointer: '/dataset/final_n',
    expected: floor,
    actual: examples,
    ...(file !== undefined && { file }),
    ...(range && { range }),
  };
}
