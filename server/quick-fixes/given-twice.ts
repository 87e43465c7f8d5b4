import { isScalar } from 'yaml';
import { inYaml } from '../../engine/config/describe-schema.ts';
import { writtenAtPointer } from '../yaml/find-pair.ts';
import { placeOf } from '../yaml/list-items.ts';
import type { Fixer } from './fix-context.ts';

/** The place that does not count says the same as the one that does. */
export const giveSameValue: Fixer = ({ document, finding }) => {
  const { expected, pointer = '' } = finding;
  const node = writtenAtPointer(document, pointer)?.node;
  const range = placeOf(node);
  if (!isScalar(node) || !range || typeof expected === 'object') return [];
  const newText = inYaml(expected);
  return [{ title: `Change to ${newText}, which counts`, range, newText }];
};
