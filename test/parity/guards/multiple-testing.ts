import { pValueOfZ, rejectedFamilies } from '../../../engine/guards/spectral/multiple-testing.ts';
import { selectBudgeted } from '../../../engine/guards/spectral/select-budgeted.ts';
import { testingOf } from '../../../engine/guards/spectral/spectral-policy.ts';
import { goldenNumber, goldenNumbers } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §3.7. */
export const multipleTesting = goldenCases(
  byOperation({
    z_to_p: ({ z }) => ({ p: goldenNumbers(z).map(pValueOfZ) }),
    reject_families: rejected,
    select_budgeted: selection,
  }),
  { tolerance: { relative: 1e-12, absolute: 1e-320 } },
);

function rejected({ family_pvalues: given, alpha, m }: Golden): Golden {
  const families = Object.entries(given).map(([family, p]) => [family, goldenNumber(p)] as const);
  const pValues = Object.fromEntries(families);
  const plain = rejectedFamilies(pValues, { method: 'bh', alpha, m: families.length });
  return {
    bh: rejectedFamilies(pValues, { method: 'bh', alpha, m }),
    bonferroni: rejectedFamilies(pValues, { method: 'bonferroni', alpha, m }),
    bh_plain_mask_m_equals_n: families.map(([family]) => plain.includes(family)),
  };
}

function selection({ violations, multiple_testing: testing, module_family_map: map }: Golden): Golden {
  const complete = violations.map((violation: Golden) => ({
    ...violation,
    family: violation.family ?? map[violation.module] ?? 'other',
  }));
  const { violations: annotated, record } = selectBudgeted<Golden>(
    complete,
    testingOf({ multiple_testing: testing }),
  );
  return {
    selected_modules: annotated.filter(({ selected }) => selected).map(({ module }: Golden) => module),
    annotated,
    metrics: record,
    multiple_testing_after: 'm' in testing ? testing : { ...testing, m: record.m },
  };
}
