import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { checkArchitecture } from '../graph/architectures/check-architecture.ts';
import { findWeights } from './find-weights.ts';
import { modelWeights, type WeightFacts } from './quantization/model-weights.ts';
import type { Quantization } from './quantization/quantization.ts';
import { readQuantization, withoutQuantization } from './quantization/read-quantization.ts';
import { readConfig } from './read-config.ts';
import { readShards } from './read-shards.ts';
import { elementCount, type StoredTensor } from './tensor-facts.ts';

/** A model folder whose configuration and weight headers were read and found sound. */
export interface Checkpoint {
  /** As the caller named it. */
  readonly folder: string;
  readonly modelType: string;
  /** config.json as parsed, but for the description of packed weights. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The tensors as an architecture sees them: packed ones are gathered into the matrices that they describe. */
  readonly weights: ReadonlyMap<string, WeightFacts>;
  /** How matrices are packed, when they are; known only of checkpoints that can be evaluated. */
  readonly quantization: Quantization | undefined;
  /** Real paths, in the order of their names; all in one folder. */
  readonly weightFiles: readonly string[];
  /** Of each weight file when its header was read: see `checkWeightsUnchanged`. */
  readonly identities: ReadonlyMap<string, string>;
  /** Metadata of the first weight file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Elements of all weights; a tied head is stored, and counted, once. */
  readonly parameterCount: number;
}

export interface OpenCheckpointOptions {
  /**
   * Whether the checkpoint must be one that a graph can be built for: a known architecture, no option that changes
   * the mathematics, exactly the tensors that the configuration implies. Editing does not need that.
   */
  readonly evaluable?: boolean;
}

/**
 * Opens a Hugging Face model folder: config.json and safetensors headers. Weights are not read, pickle files are
 * never opened.
 *
 * @example const { value: checkpoint, findings } = await openCheckpoint(files, '/models/tiny-gpt2')
 */
export async function openCheckpoint(
  files: FileReader,
  folder: string,
  options: OpenCheckpointOptions = {},
): Promise<Checked<Checkpoint>> {
  const stopped = (findings: readonly Finding[]): Checked<Checkpoint> => ({ value: undefined, findings });

  // Weights first: a folder with a pickle file and nothing else is about the pickle file, not about config.json.
  const layout = await findWeights(files, folder);
  if (!layout.value) return stopped(layout.findings);
  const config = await readConfig(files, folder);
  if (!config.value) return stopped(config.findings);
  const shards = await readShards(files, folder, layout.value);
  const findings: Finding[] = [...layout.findings, ...config.findings, ...shards.findings];
  if (!shards.value) return stopped(findings);

  const { modelType, json } = config.value;
  const isEvaluable = options.evaluable ?? true;
  const configFile = path.join(folder, 'config.json');
  const place = (finding: Finding): Finding => ({ file: finding.pointer ? configFile : folder, ...finding });
  let quantization: Quantization | undefined;
  if (isEvaluable) {
    const packing = await readQuantization(files, json, shards.value.tensors);
    findings.push(...packing.findings.map(place));
    if (hasErrors(findings)) return stopped(findings);
    quantization = packing.value;
  }
  const weights = modelWeights(shards.value.tensors, quantization);
  const architectureConfig = withoutQuantization(json);
  if (isEvaluable) {
    findings.push(...checkArchitecture(modelType, architectureConfig, weights).map(place));
    if (hasErrors(findings)) return stopped(findings);
  }
  let parameterCount = 0;
  for (const weight of weights.values()) parameterCount += elementCount(weight.shape);
  const value: Checkpoint = {
    folder,
    modelType,
    config: architectureConfig,
    ...shards.value,
    weights,
    quantization,
    parameterCount,
  };
  return { value, findings };
}
