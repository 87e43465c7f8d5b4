import { noiseVerdict } from '../../certificate/blocks/noise-floor-block.ts';
import type { Evidence } from '../../certificate/evaluate-evidence.ts';
import type { Finding } from '../../core/findings.ts';
import { isFiniteNumber, listAt, valueAt } from '../../core/json-access.ts';
import { noiseBand } from '../../metrics/noise-floor.ts';
import type { IdentifiedLoss } from '../../metrics/paired-baseline.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt } from './compare.ts';
import { readBootstrap, type WindowsReading } from './recorded-windows.ts';

const AT = '/noise_floor';

/** The band follows from the losses of both evaluations, and whether the verdict lies in it from the gates. */
export function noiseFloorFindings(
  context: CheckContext,
  { baselinePreview, baselineFinal }: Extract<WindowsReading, { kind: 'complete' }>,
  { gates }: Evidence,
): readonly Finding[] {
  const { certificate } = context;
  if (valueAt(certificate, 'noise_floor', 'evaluated') !== true) return [];
  const bootstrap = readBootstrap(certificate, baselineFinal.length);
  const second = baselinePreview && {
    preview: secondLosses(certificate, 'preview', baselinePreview),
    final: secondLosses(certificate, 'final', baselineFinal),
  };
  if (!bootstrap || !baselinePreview || !second?.preview || !second.final) {
    const message = 'The losses that the noise floor was computed from are missing or unusable.';
    return [found('V520', `${AT}/evaluation_windows`, message)];
  }
  const { preview, final } = second;
  const band = noiseBand({ preview: baselinePreview, final: baselineFinal }, { preview, final }, bootstrap);
  const expected = { ...band, ...noiseVerdict(band.half_width, gates) };
  return Object.entries(expected).flatMap(([key, value]) => compareAt(context, `${AT}/${key}`, value));
}

/** With the weights of the first evaluation, which had the same windows. */
function secondLosses(
  certificate: unknown,
  arm: 'preview' | 'final',
  first: readonly IdentifiedLoss[],
): readonly IdentifiedLoss[] | undefined {
  const at = ['noise_floor', 'evaluation_windows', arm] as const;
  const [ids, losses] = [listAt(certificate, ...at, 'window_ids'), listAt(certificate, ...at, 'logloss')];
  if (ids?.length !== first.length || losses?.length !== first.length) return undefined;
  const windows = first.flatMap(({ id, weight }, index) => {
    const loss = losses[index];
    if (ids[index] !== id || (loss !== null && !isFiniteNumber(loss))) return [];
    return [{ id, loss, weight }];
  });
  return windows.length === first.length ? windows : undefined;
}
