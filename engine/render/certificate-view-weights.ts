import { isObject, type JsonObject, listAt, numberAt, textAt } from '../core/json-access.ts';
import type { DetailSection, FactRow } from './certificate-view.ts';

/** How many weights are shown; the certificate holds all of them. */
const mostShown = 20;

/** The weights that are farthest from the baseline's, with what the spectral guard measured of each. */
export function weightSection(certificate: unknown): DetailSection {
  const sentence = textAt(certificate, 'spectral', 'attribution', 'sentence');
  const changed = (listAt(certificate, 'spectral', 'weights') ?? [])
    .filter(isObject)
    .filter((weight) => (numberAt(weight, 'changed_elements') ?? 0) > 0)
    .sort((left, right) => distanceOf(right) - distanceOf(left));
  const rest = changed.length - mostShown;
  const rows: FactRow[] = [
    ...(sentence === undefined ? [] : [{ label: 'What changed', value: sentence }]),
    ...changed.slice(0, mostShown).map((weight) => ({
      label: textAt(weight, 'weight') ?? '',
      value: measured(weight),
    })),
    ...(rest > 0 ? [{ label: 'Further weights', value: `${rest} changed less` }] : []),
  ];
  return { title: 'Weight Changes', rows };
}

/** What is no finite number is farther than anything. */
function distanceOf(weight: JsonObject): number {
  return numberAt(weight, 'distance') ?? Number.POSITIVE_INFINITY;
}

function measured(weight: JsonObject): string {
  const distance = numberAt(weight, 'distance');
  const rank = numberAt(weight, 'difference_rank');
  const before = numberAt(weight, 'zero_share_base');
  const after = numberAt(weight, 'zero_share');
  return [
    distance === undefined ? 'no finite distance' : `distance ${distance.toFixed(4)}`,
    ...share(weight, 'sigma_change', 'largest singular value'),
    ...share(weight, 'stable_rank_change', 'stable rank'),
    ...norms(weight),
    ...(before === undefined || after === undefined
      ? []
      : [`zeros ${percent(before, 1)} to ${percent(after, 1)}`]),
    ...(rank === undefined ? [] : [`rank of the change ${rank}`]),
    textAt(weight, 'family') ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function share(weight: JsonObject, key: string, label: string): string[] {
  const value = numberAt(weight, key);
  return value === undefined ? [] : [`${label} ${signedPercent(value)}`];
}

function norms(weight: JsonObject): string[] {
  const [before, after] = [numberAt(weight, 'norm_base'), numberAt(weight, 'norm')];
  return before === undefined || after === undefined || before === 0
    ? []
    : [`norm ${signedPercent(after / before - 1)}`];
}

function signedPercent(value: number): string {
  return `${value < 0 ? '−' : '+'}${percent(Math.abs(value), 2)}`;
}

function percent(value: number, digits: number): string {
  return `${(100 * value).toFixed(digits)} %`;
}
