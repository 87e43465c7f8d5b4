import { invariantsBlock } from '../../../engine/guards/invariants/invariants-block.ts';
import { judgeInvariants } from '../../../engine/guards/invariants/invariants-guard.ts';
import type { ModelStructure } from '../../../engine/guards/invariants/model-structure.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';
import { withoutMessages } from './without-messages.ts';

/** Spec 03 §2. */
export const invariants = goldenCases(
  byOperation({
    guard: (input) => {
      const subject = structureOf(input.current_model);
      const baseline = input.prepare_called ? structureOf(input.baseline_model) : subject;
      const policy = {
        strict_mode: input.strict_mode,
        on_fail: input.on_fail,
        profile_checks: input.profile_checks ?? [],
      };
      const outcome = judgeInvariants(baseline, subject, policy, { reference: true });
      const checks = Object.keys(outcome.details.baseline_checks).length;
      return {
        ...(input.prepare_called
          ? { prepare: { ready: true, baseline_checks: checks, strict_mode: policy.strict_mode } }
          : {}),
        validate: withoutMessages(outcome),
      };
    },
    certificate_block: ({ report, baseline_report: baseline }) =>
      withoutMessages(invariantsBlock(report, baseline)),
  }),
  { expected: withoutMessages },
);

function structureOf(model: Golden): ModelStructure {
  return {
    modules: model.named_modules,
    embeddings: model.embedding_modules,
    layerNorms: model.layer_norm_modules,
    parameters: model.parameters,
    buffers: model.buffers,
    config: model.config ?? undefined,
  };
}
