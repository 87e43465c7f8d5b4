import { accuracyFacts } from '../../certificate/blocks/primary-metric-block.ts';
import type { Evidence } from '../../certificate/evaluate-evidence.ts';
import { otherQuestion } from '../../certificate/example-pairing.ts';
import type { Finding } from '../../core/findings.ts';
import { listAt, objectAt, valueAt } from '../../core/json-access.ts';
import { type IdentifiedOutcome, identifiedOutcomes } from '../../metrics/accuracy.ts';
import { classification } from '../../metrics/classification.ts';
import { type ExampleRecord, readExampleRecord } from '../../metrics/example-record.ts';
import { type CheckContext, found } from '../check-context.ts';
import { compareAt } from './compare.ts';

/** What a certificate's windows say was answered, decided again from what was measured. */
export interface RecordedExamples {
  readonly preview: readonly ExampleRecord[];
  readonly final: readonly ExampleRecord[];
  readonly baselineFinal: readonly ExampleRecord[];
  readonly baselinePreview: readonly ExampleRecord[];
}

const ARMS = {
  preview: 'preview',
  final: 'final',
  baselineFinal: 'baseline/final',
  baselinePreview: 'baseline/preview',
} as const;

type ArmKey = keyof typeof ARMS;

/** Undefined unless each arm has a usable record for each of its windows. */
export function readExamples(windows: unknown): RecordedExamples | undefined {
  const read = (arm: ArmKey): readonly ExampleRecord[] | undefined => {
    const section = objectAt(windows, ...ARMS[arm].split('/'));
    const records = listAt(section, 'examples')?.map(readExampleRecord);
    const count = listAt(section, 'window_ids')?.length;
    const usable = records?.filter((record) => record !== undefined);
    return usable && usable.length === count && usable.length === records?.length ? usable : undefined;
  };
  const [preview, final] = [read('preview'), read('final')];
  const [baselineFinal, baselinePreview] = [read('baselineFinal'), read('baselinePreview')];
  if (!preview || !final || !baselineFinal || !baselinePreview) return undefined;
  return { preview, final, baselineFinal, baselinePreview };
}

type Ids = Readonly<Record<ArmKey, readonly { readonly id: number }[]>>;

/** Outcomes of all arms, with the ids of their windows. */
export function outcomesOf(
  examples: RecordedExamples,
  windows: Ids,
): Readonly<Record<ArmKey, readonly IdentifiedOutcome[]>> {
  const arm = (key: ArmKey) =>
    identifiedOutcomes(
      windows[key].map(({ id }) => id),
      examples[key],
    );
  return {
    preview: arm('preview'),
    final: arm('final'),
    baselineFinal: arm('baselineFinal'),
    baselinePreview: arm('baselinePreview'),
  };
}

/**
 * Every answer follows from its scores, every count from the answers, and both models answered the same questions; what
 * only an accuracy records of its comparison follows from the pairs.
 */
export function exampleFindings(
  context: CheckContext,
  examples: RecordedExamples,
  windows: Ids,
  evidence: Evidence,
): readonly Finding[] {
  const { certificate } = context;
  const isNormalized = valueAt(certificate, 'metrics', 'classification', 'length_normalized') === true;
  const facts = evidence.accuracy ? accuracyFacts(evidence.accuracy) : {};
  return [
    ...(['preview', 'final', 'baselineFinal', 'baselinePreview'] as const).flatMap((key) =>
      answerFindings(context, ARMS[key], examples[key]),
    ),
    ...compareAt(context, '/metrics/classification', classification(examples, isNormalized)),
    ...compareAt(context, '/primary_metric/n_preview', examples.preview.length),
    ...compareAt(context, '/primary_metric/n_final', examples.final.length),
    ...Object.entries(facts).flatMap(([key, value]) => compareAt(context, `/primary_metric/${key}`, value)),
    ...questionFindings(outcomesOf(examples, windows)),
  ];
}

/** The first record of an arm that says something else than its scores. */
function answerFindings(
  context: CheckContext,
  arm: string,
  expected: readonly ExampleRecord[],
): readonly Finding[] {
  const recorded = listAt(context.certificate, 'evaluation_windows', ...arm.split('/'), 'examples') ?? [];
  for (const [index, record] of expected.entries()) {
    const alone = { ...context, certificate: { example: recorded[index] } };
    const differences = compareAt(alone, '/example', record, 'its scores say');
    if (differences.length === 0) continue;
    const at = `/evaluation_windows/${arm}/examples/${index}`;
    return differences.map((finding) => ({
      ...finding,
      pointer: (finding.pointer ?? '').replace('/example', at),
    }));
  }
  return [];
}

function questionFindings(outcomes: Readonly<Record<ArmKey, readonly IdentifiedOutcome[]>>): Finding[] {
  return (
    [
      ['preview', outcomes.preview, outcomes.baselinePreview],
      ['final', outcomes.final, outcomes.baselineFinal],
    ] as const
  ).flatMap(([arm, ours, theirs]) => {
    const id = otherQuestion(ours, theirs);
    if (id === undefined) return [];
    const message = `Baseline and subject did not answer the same ${arm} questions: they differ first at the id ${id}.`;
    return [found('E001', `/evaluation_windows/${arm}/examples`, message)];
  });
}
