import path from 'node:path';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import { checkArchitecture } from '../graph/architectures/check-architecture.ts';
import { findWeights } from './find-weights.ts';
import { readConfig } from './read-config.ts';
import { readShards } from './read-shards.ts';
import { elementCount, type StoredTensor } from './tensor-facts.ts';

/** A model folder whose configuration and weight headers were read and found sound. */
export interface Checkpoint {
  /** As the caller named it. */
  readonly folder: string;
  readonly modelType: string;
  /** config.json as parsed. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Real paths, in the order of their names; all in one folder. */
  readonly weightFiles: readonly string[];
  /** Metadata of the first weight file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Elements of all stored tensors; a tied head is stored, and counted, once. */
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
  const weights = await findWeights(files, folder);
  if (!weights.value) return stopped(weights.findings);
  const config = await readConfig(files, folder);
  if (!config.value) return stopped(config.findings);
  const shards = await readShards(files, folder, weights.value);
  const findings: Finding[] = [...weights.findings, ...config.findings, ...shards.findings];
  if (!shards.value) return stopped(findings);

  const { modelType, json } = config.value;
  if (options.evaluable ?? true) {
    const configFile = path.join(folder, 'config.json');
    const checked = checkArchitecture(modelType, json, shards.value.tensors);
    findings.push(...checked.map((finding) => ({ file: finding.pointer ? configFile : folder, ...finding })));
    if (hasErrors(findings)) return stopped(findings);
  }
  let parameterCount = 0;
  for (const tensor of shards.value.tensors.values()) parameterCount += elementCount(tensor.shape);
  const value: Checkpoint = { folder, modelType, config: json, ...shards.value, parameterCount };
  return { value, findings };
}
