import { isTruthy } from '../../../engine/core/is-truthy.ts';
import { corpusCapacity, pairCapacity, rowCapacity } from '../../../engine/data/capacity.ts';
import { planReleaseWindows } from '../../../engine/data/plan-windows.ts';
import { usableTexts } from '../../../engine/data/usable-texts.ts';
import { goldenNumber } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { failureAlike } from './fails-alike.ts';
import { toyTokenizer } from './toy-tokenizers.ts';

/** What data can give, and what a release makes of it (spec 02 §1.11, §2.5.2). */
export const capacityAndPlan = goldenCases(
  byOperation(
    { plan_release_windows: plan, wikitext2, synthetic, seq2seq },
    ({ op, provider }) => op ?? provider,
  ),
  { tolerance: (pointer) => (pointer.endsWith('/dedupe_rate') ? { absolute: 1e-15 } : {}) },
);

function plan(input: Golden, expected: Golden): Golden {
  const {
    capacity,
    requested_preview: preview,
    requested_final: final,
    max_calibration: maxCalibration,
  } = input;
  const { value, findings } = planReleaseWindows(
    capacity,
    { preview, final },
    goldenNumber(maxCalibration ?? 0),
  );
  return value ? { plan: value } : failureAlike(expected, ['E303'], findings);
}

/** The capacity is measured on the first 2,000 rows. */
function wikitext2(input: Golden): Golden {
  const texts = usableTexts(input.rows.slice(0, 2000));
  const fast = input.fast_mode === true || isTruthy(input.env_capacity_fast ?? undefined);
  return {
    capacity: corpusCapacity(texts, toyTokenizer(input.tokenizer).encode, { ...requestOf(input), fast }),
  };
}

function synthetic(input: Golden): Golden {
  return { capacity: rowCapacity(input.target_total, requestOf(input)) };
}

/** Examples can be made without end; the reference says 800 where nobody asks for a number. */
function seq2seq(input: Golden): Golden {
  return { capacity: pairCapacity(input.target_total || 800, requestOf(input)) };
}

function requestOf({ seq_len: seqLen, stride, target_total: targetTotal }: Golden) {
  return { seqLen, stride, ...(targetTotal ? { targetTotal } : {}) };
}
