import type { FileReader } from '../../core/ports.ts';
import { readCompressedMatrix } from './compressed-matrix.ts';
import type { PackedMatrix } from './packed-matrix.ts';
import type { Quantization } from './quantization.ts';
import type { SchemeReader } from './scheme-reader.ts';

/** Formats whose weights are whole numbers; `mixed-precision` names the format in every group. */
const integerFormats: readonly string[] = ['pack-quantized', 'int-quantized', 'naive-quantized'];

const advice =
  'Use the checkpoint that it was made from, or save it again with integer weights of 4 or 8 bits (pack-quantized or int-quantized), and nothing but weights quantized.';

/** What the groups of a compressed-tensors description say about weights. */
export interface CompressedOptions {
  readonly bits: ReadonlySet<number>;
  readonly groupSizes: ReadonlySet<number>;
}

/**
 * compressed-tensors: `weight_packed` [outputs, words] packed along the inputs with codes that are larger by half their
 * range, or `weight` in signed bytes; `weight_scale` for the matrix, each output or each group; `weight_zero_point`
 * when the codes are not symmetric; `weight_g_idx` with act-order.
 *
 * Which modules are packed is told by their tensors. The description says what the numbers mean, and everything in it
 * that would do more than unpack weights is refused.
 */
export async function readCompressedTensors(
  files: FileReader,
  reader: SchemeReader,
): Promise<Quantization | undefined> {
  const format = reader.text('format', 'dense');
  const groups = readConfigGroups(reader, format);
  refuseOtherParts(reader);
  if (reader.findings.length > 0) return undefined;
  const matrices = new Map<string, PackedMatrix>();
  for (const module of reader.modulesWith('weight_scale')) {
    const matrix = await readCompressedMatrix(files, reader, module, groups);
    if (matrix) matrices.set(matrix.name, matrix);
  }
  return { method: 'compressed-tensors', format, matrices };
}

type Options = Readonly<Record<string, unknown>>;

function readConfigGroups(reader: SchemeReader, format: string): CompressedOptions {
  const bits = new Set<number>();
  const groupSizes = new Set<number>();
  const groups = record(reader.config.config_groups);
  if (!groups || Object.keys(groups).length === 0)
    reader.invalid('config_groups', 'must say how weights are packed');
  for (const [name, group] of Object.entries(groups ?? {})) {
    const pointer = `${reader.pointer}/config_groups/${name}`;
    const refuse = (what: string): void => reader.unsupported(`${what} in ${name}`, advice, pointer);
    const options = record(group);
    const weights = record(options?.weights);
    const groupFormat = options?.format ?? format;
    if (typeof groupFormat !== 'string' || !integerFormats.includes(groupFormat))
      refuse(`has the format ${groupFormat}`);
    if (options?.input_activations) refuse('quantizes the inputs of products (input_activations)');
    if (options?.output_activations) refuse('quantizes the outputs of products (output_activations)');
    if (!weights) refuse('does not say how weights are quantized');
    else readWeightOptions(weights, { bits, groupSizes, refuse });
  }
  return { bits, groupSizes };
}

interface WeightOptions {
  readonly bits: Set<number>;
  readonly groupSizes: Set<number>;
  readonly refuse: (what: string) => void;
}

function readWeightOptions(weights: Options, { bits, groupSizes, refuse }: WeightOptions): void {
  const { num_bits: count, type = 'int', strategy, group_size: size } = weights;
  if (type !== 'int') refuse(`has weights of type ${type}`);
  else if (count !== 4 && count !== 8) refuse(`has weights of ${count} bits`);
  else bits.add(count);
  if (typeof size === 'number' && Number.isInteger(size) && size > 0) groupSizes.add(size);
  // Without a strategy, a size of groups means groups, and none means one scale for the matrix.
  if (
    strategy !== undefined &&
    strategy !== null &&
    !['tensor', 'channel', 'group'].includes(String(strategy))
  )
    refuse(`has the strategy ${strategy}`);
  if (weights.dynamic) refuse('quantizes weights while it runs (dynamic)');
}

function refuseOtherParts(reader: SchemeReader): void {
  const { kv_cache_scheme: cache, sparsity_config: sparsity, transform_config: transform } = reader.config;
  if (cache) reader.unsupported('quantizes keys and values (kv_cache_scheme)', advice);
  const sparse = record(sparsity)?.format;
  if (sparse !== undefined && sparse !== 'dense')
    reader.unsupported(`stores sparse matrices (${sparse})`, advice);
  if (Object.keys(record(transform) ?? {}).length > 0)
    reader.unsupported('rotates weights and inputs (transform_config)', advice);
}

function record(value: unknown): Options | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Options)
    : undefined;
}
