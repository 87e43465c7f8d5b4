import { isObject, numberAt, objectAt, valueAt } from '../../core/json-access.ts';
import { observedEdit, type WeightChange } from '../../edits/weight-changes.ts';
import { type Check, found } from '../check-context.ts';
import { compareAt } from './compare.ts';

const AT = '/edit/weights';

/** What the changed tensors have in common follows from their entries. */
export const checkWeightChanges: Check = (context) => {
  const weights = objectAt(context.certificate, 'edit', 'weights');
  if (weights?.evaluated !== true) return [];
  const changed = objectAt(weights, 'changed');
  const entries = Object.entries(changed ?? {});
  if (!changed || !entries.every((entry): entry is [string, WeightChange & object] => isChange(entry[1]))) {
    return [found('V520', `${AT}/changed`, 'The entries of the changed tensors are missing or unusable.')];
  }
  const observed = observedEdit(Object.fromEntries(entries));
  const tooMany = (numberAt(weights, 'tensors') ?? 0) < entries.length;
  return [
    ...Object.entries(observed).flatMap(([key, value]) =>
      compareAt(context, `${AT}/${key}`, value, 'the changed tensors give'),
    ),
    ...(tooMany ? compareAt(context, `${AT}/tensors`, entries.length, 'at least so many changed:') : []),
  ];
};

function isChange(value: unknown): boolean {
  if (!isObject(value)) return false;
  const isCount = (key: string) => Number.isInteger(valueAt(value, key)) && (numberAt(value, key) ?? -1) >= 0;
  const isNumber = (key: string) => Number.isFinite(valueAt(value, key));
  const isNumberOrNothing = (key: string) => (valueAt(value, key) ?? null) === null || isNumber(key);
  return (
    isCount('elements') &&
    isCount('changed') &&
    ['baseline_zeros', 'subject_zeros'].every(isNumber) &&
    ['distance', 'bits', 'rank'].every(isNumberOrNothing)
  );
}
