import { isMap, isScalar } from 'yaml';
import { configSchema } from '../../engine/config/config-schema.ts';
import { writtenAtPointer } from '../yaml/find-pair.ts';
import { placeOf } from '../yaml/list-items.ts';
import type { Fixer } from './fix-context.ts';

/** A plan that fits quant_rtn beside the edit that takes none: perhaps the edit is what is wrong. */
export const nameEditOfPlan: Fixer = ({ document, finding }) => {
  const plan = writtenAtPointer(document, finding.pointer ?? '')?.node;
  const name = placeOf(writtenAtPointer(document, '/edit/name')?.node);
  const known = Object.keys(configSchema.$defs?.quantRtnPlan?.properties ?? {});
  const fits =
    isMap(plan) && plan.items.every(({ key }) => isScalar(key) && known.includes(String(key.value)));
  return fits && name ? [{ title: 'Change edit.name to quant_rtn', range: name, newText: 'quant_rtn' }] : [];
};
