import type { Finding } from '../../core/findings.ts';
import { isObject, listAt, numberAt, objectAt, valueAt } from '../../core/json-access.ts';
import type { IdentifiedLoss } from '../../metrics/paired-baseline.ts';
import { checkWorstWindows } from '../../report/check-worst-windows.ts';
import { rankWindows } from '../../report/rank-windows.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt, mismatch } from './compare.ts';
import type { WindowsReading } from './recorded-windows.ts';

const AT = '/worst_windows';

/**
 * Which windows got worst, in which order and by how much follows from the windows. Losses of tokens are in no other
 * place; where a whole window is there, their mean must be its loss.
 */
export function worstWindowFindings(
  context: CheckContext,
  windows: Extract<WindowsReading, { kind: 'complete' }>,
): readonly Finding[] {
  const block = valueAt(context.certificate, 'worst_windows');
  if (block === undefined) return [];
  const malformed = checkWorstWindows(block);
  if (malformed) return [found('V520', `${AT}${malformed.pointer}`, malformed.message)];
  const { baselinePreview, baselineFinal, preview, final } = windows;
  if (!baselinePreview) {
    const message =
      'The certificate lacks the preview losses of the baseline, so the worst windows cannot be found again.';
    return [found('V520', '/evaluation_windows/baseline/preview', message)];
  }
  const count = numberAt(block, 'count') ?? 0;
  const { worst, compared, increased } = rankWindows(
    { preview: losses(preview), final: losses(final) },
    { preview: losses(baselinePreview), final: losses(baselineFinal) },
    count,
  );
  const recorded = listAt(block, 'windows') ?? [];
  return [
    ...compareAt(context, `${AT}/compared`, compared),
    ...compareAt(context, `${AT}/increased`, increased),
    ...(recorded.length === worst.length
      ? []
      : [mismatch(`${AT}/windows`, `${worst.length} windows`, `${recorded.length} windows`)]),
    ...worst.slice(0, recorded.length).flatMap((window, index) => windowFindings(context, window, index)),
  ];
}

function windowFindings(context: CheckContext, expected: object, index: number): readonly Finding[] {
  const { certificate } = context;
  const pointer = `${AT}/windows/${index}`;
  const window = objectAt({ list: listAt(certificate, 'worst_windows', 'windows')?.[index] }, 'list');
  const findings = Object.entries(expected).flatMap(([key, value]) => {
    const actual = valueAt(window, key);
    const isSame =
      typeof value === 'number' && typeof actual === 'number'
        ? Math.abs(actual - value) <= Math.max(1e-12, context.tolerance) * Math.max(1, Math.abs(value))
        : actual === value;
    return isSame ? [] : [mismatch(`${pointer}/${key}`, value, actual)];
  });
  return [...findings, ...tokenFindings(window, pointer)];
}

/** Losses of tokens are float32, written with as few digits as tell them apart. */
const tokenTolerance = 1e-5;

function tokenFindings(window: unknown, pointer: string): readonly Finding[] {
  const tokens = objectAt(window, 'tokens');
  const scored = numberAt(tokens, 'scored') ?? 0;
  if (!isObject(tokens) || scored === 0 || listAt(tokens, 'ids')?.length !== scored) return [];
  return (['baseline', 'subject'] as const).flatMap((arm) => {
    const list = (listAt(tokens, `${arm}_nll`) ?? []).map(Number);
    const mean = list.reduce((sum, value) => sum + value, 0) / scored;
    const recorded = numberAt(window, `${arm}_loss`) ?? 0;
    if (Math.abs(mean - recorded) <= tokenTolerance * Math.max(1, Math.abs(mean))) return [];
    return [mismatch(`${pointer}/${arm}_loss`, mean, recorded, 'the losses of its tokens give')];
  });
}

function losses(windows: readonly IdentifiedLoss[]) {
  return { ids: windows.map(({ id }) => id), losses: windows.map(({ loss }) => loss) };
}
