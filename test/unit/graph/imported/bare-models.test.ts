import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OnnxModel } from '../../../../engine/artifacts/onnx/onnx-model.ts';
import { evaluateExamples } from '../../../../engine/evaluate/evaluate-examples.ts';
import { GraphBuilder } from '../../../../engine/graph/graph-builder.ts';
import { importOnnxGraph } from '../../../../engine/graph/imported/import-onnx-graph.ts';
import { modelSettings } from '../../../../engine/graph/imported/model-settings.ts';
import type { Runtime } from '../../../../engine/runtime/runtime-port.ts';
import { startTestEngine } from '../../../fixtures/engine.ts';
import { maskedWindow } from '../../../fixtures/evaluate-inputs.ts';
import { evaluateGraph } from '../../../fixtures/onnx-layouts/evaluate-layout.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const vocabSize = 5;
const rows = 8;
/** Scores of a model that looks at positions alone: those of row p stand at p. */
const table = Float32Array.from({ length: rows * vocabSize }, (_, i) => Math.sin(1 + 3 * i));
const folder = temporaryFolder('bare-models');

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startTestEngine(1);
});
afterAll(() => runtime.close());

/** Exported with `position_ids`, as some exporters do. */
function positionModel(): OnnxModel {
  const graph = new GraphBuilder();
  const ids = graph.input({ name: 'input_ids', type: 'I64', shape: [1, 'n'] });
  const positions = graph.input({ name: 'position_ids', type: 'I64', shape: [1, 'n'] });
  const nothing = graph.gather(
    graph.floats(new Float32Array(vocabSize * vocabSize), [vocabSize, vocabSize]),
    ids,
  );
  const scores = graph.add(graph.gather(graph.floats(table, [rows, vocabSize]), positions), nothing);
  graph.output(scores, { name: 'logits', type: 'F32', shape: [1, 'n', vocabSize] });
  return graph.finish('positions');
}

function lossAt(row: number, target: number): number {
  const scores = [...table.subarray(row * vocabSize, (row + 1) * vocabSize)];
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[target]!;
}

test.each([
  ['bert', {}, 0],
  ['roberta', {}, 2],
  ['roberta', { pad_token_id: 0 }, 1],
  ['xlm-roberta', { pad_token_id: 3 }, 4],
])('positions of %s %j begin with %i', async (modelType, more, first) => {
  const config = { model_type: modelType, architectures: ['AnyForMaskedLM'], vocab_size: vocabSize, ...more };
  const parts = { model: positionModel(), weightsFolder: folder, settings: modelSettings({ config }) };
  const { value: graph } = importOnnxGraph(parts, { maximumRows: 4 });
  const [loss] = await evaluateGraph(runtime, graph!, [maskedWindow(0, [1, 2, 3], [0, 2], [4, 1])]);
  expect(loss!.tokenLosses[0]).toBeCloseTo(lossAt(first, 4), 5);
  expect(loss!.tokenLosses[1]).toBeCloseTo(lossAt(first + 2, 1), 5);
});

test.each([
  ['nothing beside it', {}, true],
  ['a class', { architectures: ['GPT2LMHeadModel'] }, false],
  ['a masked type', { model_type: 'bert' }, false],
])('with %s, a kind is assumed: %#', (_, config, isAssumed) => {
  const parts = { model: positionModel(), weightsFolder: folder, settings: modelSettings({ config }) };
  const codes = importOnnxGraph(parts).findings.map(({ code }) => code);
  expect(codes.includes('M242')).toBe(isAssumed);
});

test('an exact answer is read from the scores of an exported model, too', async () => {
  const config = { architectures: ['GPT2LMHeadModel'], vocab_size: vocabSize };
  const parts = { model: positionModel(), weightsFolder: folder, settings: modelSettings({ config }) };
  const { value: graph } = importOnnxGraph(parts, { maximumRows: 4, rowsPerChunk: 2, top1: true });
  const greedy = Array.from({ length: 3 }, (_, row) => {
    const scores = table.subarray((row + 1) * vocabSize, (row + 2) * vocabSize);
    return scores.indexOf(Math.max(...scores));
  });
  const other = greedy.with(1, (greedy[1]! + 1) % vocabSize);
  const examples = [greedy, other].map((answer, id) => ({
    id,
    example: { kind: 'exact_match', promptIds: [1, 2], answers: [answer], right: 0, digest: 'd' } as const,
  }));
  const session = await runtime.open(graph!);
  const answers = await evaluateExamples(session, graph!, examples, { lengthNormalized: false });
  await session.close();
  expect(answers.map(({ record }) => record)).toMatchObject([
    { matched: 3, correct: true },
    { matched: 2, correct: false },
  ]);
});
