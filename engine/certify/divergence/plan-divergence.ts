import { megabytes } from '../../core/megabytes.ts';
import type { WindowSchedule } from '../../data/data-types.ts';
import { scoredRows } from '../../evaluate/scored-rows.ts';
import { type ComparisonGraph, comparisonGraph } from '../../graph/divergence/comparison-graph.ts';
import { headGraph, headGraphOptions } from '../../graph/divergence/head-graph.ts';
import type { ComparedVocabulary } from '../../metrics/divergence/divergence.ts';
import { graphOfModel, type ModelSource } from '../../models/model-source.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { ArmPlan } from '../arm-plan.ts';

export interface DivergencePlan {
  readonly graph: ComparisonGraph;
  readonly vocabulary: ComparedVocabulary;
  /** Ids of the windows that are compared. */
  readonly windows: ReadonlySet<number>;
  /** What the baseline's hidden states of these windows take. */
  readonly scratchBytes: number;
}

export interface DivergencePlanInputs {
  readonly baseline: Pick<ArmPlan, 'model' | 'tokenizer' | 'identity'>;
  readonly subject: Pick<ArmPlan, 'model' | 'tokenizer'>;
  readonly schedule: WindowSchedule;
  /** When the baseline's report is reused. */
  readonly baselineReport: RunReport | undefined;
}

/** 65,000 tokens of hidden states of width 32,768, or two million of width 1,024. */
const largestScratchBytes = 8 * 2 ** 30;

/** What can be said before anything is evaluated; a text is the reason why the divergence is not measured. */
export function planDivergence(
  inputs: DivergencePlanInputs,
  mostScratchBytes = largestScratchBytes,
): DivergencePlan | string {
  const { baseline, subject, schedule } = inputs;
  if (schedule.tasks)
    return 'Labelled examples are answered, not read, so there are no windows whose predictions could be compared.';
  if (baseline.tokenizer.contentHash !== subject.tokenizer.contentHash)
    return 'The models have different tokenizers, so their predictions are about different tokens.';
  const untied = inputs.baselineReport && untiedReason(inputs.baselineReport, baseline);
  if (untied !== undefined) return untied;
  const first = headGraph(graphOfModel(baseline.model, headGraphOptions));
  if (typeof first === 'string') return `The output head of the baseline cannot be computed alone: ${first}.`;
  const second = headGraph(graphOfModel(subject.model, headGraphOptions));
  if (typeof second === 'string')
    return `The output head of the subject cannot be computed alone: ${second}.`;
  const graph = comparisonGraph(first, second);
  if (typeof graph === 'string') return `The output heads cannot be compared in one graph: ${graph}.`;
  const scratchBytes = 4 * first.width * scoredTokens(baseline.model, schedule);
  if (scratchBytes > mostScratchBytes)
    return `The hidden states of the baseline would take ${megabytes(scratchBytes)} on disk; the limit is ${megabytes(mostScratchBytes)}. Lower dataset.final_n or dataset.seq_len.`;
  return {
    graph,
    vocabulary: {
      compared: graph.comparedVocabulary,
      baseline: first.vocabSize,
      subject: second.vocabSize,
    },
    windows: new Set(schedule.final.map(({ id }) => id)),
    scratchBytes,
  };
}

/** Only a report of these very files stands for what is evaluated again. */
function untiedReason({ meta }: RunReport, { identity }: Pick<ArmPlan, 'identity'>): string | undefined {
  const recorded = meta.model_identity?.sha256;
  if (recorded === undefined)
    return 'The baseline report does not say which model files it was made from, so the baseline folder cannot stand for it.';
  return recorded === identity.sha256
    ? undefined
    : 'The baseline report was made from other model files than those in the baseline folder.';
}

/** A window that cannot be scored stops the evaluation, which says why. */
function scoredTokens(model: ModelSource, { final }: WindowSchedule): number {
  const { loss, vocabSize } = model;
  const graph = { loss, vocabSize, contextLength: Number.POSITIVE_INFINITY, decoderStartId: 0 };
  return final.reduce((sum, window) => {
    try {
      return sum + scoredRows(graph, window).targets.length;
    } catch {
      return sum;
    }
  }, 0);
}
