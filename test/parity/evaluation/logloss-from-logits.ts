import { lossFromLogits } from '../../../engine/evaluate/loss-from-logits.ts';
import { windowCounts } from '../../../engine/evaluate/window-counts.ts';
import { perplexity } from '../../../engine/metrics/aggregate.ts';
import { goldenCases } from '../golden-cases.ts';

/** The loss of one window from its logits (spec 02 §4.2), in float64 as well as beside the reference's float32. */
export const loglossFromLogits = goldenCases(
  ({ kind, logits, input_ids: inputIds, attention_mask: attentionMask, labels }, expected) => {
    const counts = windowCounts({ inputIds, attentionMask, ...(labels ? { labels } : {}) });
    const { loss, targetCount } = lossFromLogits({ loss: kind, logits, labels: counts.labels });
    const strict = perplexity(loss);
    const hasStrict = 'strict_ppl' in expected || 'strict_ppl_error' in expected;
    return {
      effective_labels: counts.labels,
      loss_float32: loss,
      loss_float64: loss,
      n_targets_in_mean: targetCount,
      // A perplexity of nothing is null here, where the reference raises.
      ...(hasStrict ? (strict === null ? { strict_ppl_error: 'E402' } : { strict_ppl: strict }) : {}),
      window_weight: counts.weight,
      masked_token_count: counts.masked,
      actual_token_count: counts.actual,
    };
  },
  {
    tolerance: (pointer) => {
      if (pointer === '/loss_float64') return { relative: 1e-12 };
      // exp makes the loss's absolute error a relative one.
      return { relative: pointer === '/strict_ppl' ? 1e-3 : pointer === '/loss_float32' ? 1e-5 : 0 };
    },
  },
);
