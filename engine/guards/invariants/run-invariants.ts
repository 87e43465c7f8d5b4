import { checkWeightsUnchanged } from '../../artifacts/check-weights-unchanged.ts';
import type { JsonObject } from '../../core/json-access.ts';
import type { Guard, GuardArm, GuardContext, GuardOutcome } from '../run/guard.ts';
import { captureChecks } from './capture-checks.ts';
import type { InvariantViolation } from './compare-checks.ts';
import { judgeInvariants } from './invariants-guard.ts';
import { invariantsPolicy } from './invariants-policy.ts';
import type { ModelStructure } from './model-structure.ts';
import { structureOfModel, wordRows } from './structure-of-model.ts';

interface InvariantsState {
  readonly baseline: GuardArm;
  readonly structure: ModelStructure;
}

/**
 * What must be the same in both models, and finite in the subject (spec 03 §2). The pass before the other guards is about
 * weights and settings; the one after them also about what the evaluation saw, and about files that changed meanwhile.
 */
export const invariantsGuard: Guard<InvariantsState> = {
  name: 'invariants',
  async prepare({ policies, weights }, baseline) {
    const structure = structureOfModel(baseline.model, await weights.baseline());
    const { profile_checks: checks } = policyOf(policies);
    const broken = structure.parameters.filter(({ finite }) => !finite).map(({ name }) => name);
    return {
      state: { baseline, structure },
      metrics: { non_finite_found: broken.length },
      details: {
        baseline_checks: captureChecks(structure, checks),
        ...(broken.length > 0 ? { non_finite: broken } : {}),
      },
    };
  },

  async validate(context, { baseline, structure }, subject): Promise<GuardOutcome> {
    const policy = policyOf(context.policies);
    const survey = await context.weights.subject();
    const own = structureOfModel(subject.model, survey ?? { weights: [] });
    const isAfter = context.entry !== 'invariants';
    if (isAfter) {
      await checkWeightsUnchanged(context.files, baseline.model.identities);
      await checkWeightsUnchanged(context.files, subject.model.identities);
    }
    const further = [
      ...vocabulary(own, subject),
      ...formats(baseline, subject),
      ...(isAfter ? activations(context, subject) : []),
    ];
    const { passed, action, violations, metrics, details } = judgeInvariants(
      structure,
      baseline.model.kind === subject.model.kind ? own : withWeightsOf(own, structure),
      policy,
      { further },
    );
    return {
      status: passed ? 'passed' : 'failed',
      action,
      policy: { ...policy },
      metrics: { ...metrics },
      violations: violations.map((violation): JsonObject => ({ ...violation })),
      warnings: [],
      errors: [],
      details,
    };
  },
};

function policyOf(policies: GuardContext['policies']) {
  return invariantsPolicy(policies.invariants).value ?? defaults;
}

const defaults = { strict_mode: false, on_fail: 'warn', profile_checks: [] };

/** Tensors of two formats have no names in common, so only what was measured of the subject counts. */
function withWeightsOf(subject: ModelStructure, baseline: ModelStructure): ModelStructure {
  const broken = subject.parameters.filter(({ finite }) => !finite);
  return { ...baseline, parameters: [...baseline.parameters.map(finite), ...broken] };
}

function finite(parameter: ModelStructure['parameters'][number]) {
  return { ...parameter, finite: true };
}

function formats(baseline: GuardArm, subject: GuardArm): InvariantViolation[] {
  if (baseline.model.kind === subject.model.kind) return [];
  const message = `The baseline is a ${baseline.model.kind} model and the subject a ${subject.model.kind} model, so their tensors, norms and settings were not compared.`;
  return [{ type: 'formats_differ', severity: 'warning', message }];
}

/** Ids that the table of words has no row for would be read from beyond its end, or stop the evaluation. */
function vocabulary(structure: ModelStructure, { tokenizerVocabSize }: GuardArm): InvariantViolation[] {
  const rows = wordRows(structure);
  if (rows === undefined || rows >= tokenizerVocabSize) return [];
  const message = `The tokenizer has ${tokenizerVocabSize} tokens, but the embedding only ${rows} rows.`;
  return [{ type: 'vocabulary_too_small', rows, tokens: tokenizerVocabSize, severity: 'fatal', message }];
}

function activations({ before }: GuardContext, subject: GuardArm): InvariantViolation[] {
  const found: InvariantViolation[] = [];
  const windows = subject.nonFiniteWindows ?? 0;
  if (windows > 0) {
    const message = `The losses of ${windows} windows are no finite numbers, so activations of the subject are not.`;
    found.push({ type: 'non_finite_loss', windows, severity: 'fatal', message });
  }
  const modules = [...before.values()].flatMap(({ violations }) =>
    violations
      .filter(({ type }) => ['non_finite_activation', 'activation_missing'].includes(String(type)))
      .map(({ module }) => String(module)),
  );
  if (modules.length > 0) {
    const message = `Activations that are no finite numbers: ${modules.join(', ')}.`;
    found.push({ type: 'non_finite_activation', modules, severity: 'fatal', message });
  }
  return found;
}
