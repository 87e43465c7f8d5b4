import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import { readAwq } from './awq.ts';
import { readBitsAndBytes } from './bitsandbytes.ts';
import { readCompressedTensors } from './compressed-tensors.ts';
import { readGptq } from './gptq.ts';
import type { Quantization } from './quantization.ts';
import { SchemeReader } from './scheme-reader.ts';
import { describeUnsupportedMethod } from './unsupported-methods.ts';

type Config = Readonly<Record<string, unknown>>;

/** Where config.json describes packed weights; the second name is an older one of compressed-tensors. */
const keys = ['quantization_config', 'compression_config'] as const;

/** Parts that only packed matrices have, for folders that do not say how they are packed. */
const tellingParts = /\.(qweight|qzeros|weight_packed|SCB|quant_state\.bitsandbytes__\w+)$/;

/**
 * Reads how the matrices of a checkpoint are packed, from config.json and the tensors; undefined without findings when
 * they are stored as they are. Of the weights, only lists that say which group an input belongs to are read.
 *
 * @example const { value: quantization, findings } = await readQuantization(files, config, tensors)
 */
export async function readQuantization(
  files: FileReader,
  config: Config,
  tensors: ReadonlyMap<string, StoredTensor>,
): Promise<Checked<Quantization>> {
  const key = keys.find((name) => isDescription(config[name]));
  if (key === undefined) return { value: undefined, findings: undescribed(tensors) };
  const reader = new SchemeReader(config[key] as Config, `/${key}`, tensors);
  const value = await readScheme(files, reader, key);
  if (value && value.matrices.size === 0 && reader.findings.length === 0) {
    reader.unsupported(
      `says ${value.method}, but no tensor is packed so`,
      'Remove it from config.json if the weights are stored as they are.',
    );
  }
  const { findings } = reader;
  return findings.length > 0 ? { value: undefined, findings } : { value, findings };
}

/** config.json without the description of packed weights, which says nothing about the architecture. */
export function withoutQuantization(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !keys.some((key) => key === name)));
}

async function readScheme(
  files: FileReader,
  reader: SchemeReader,
  key: string,
): Promise<Quantization | undefined> {
  const method = reader.text('quant_method', guessMethod(reader.config, key)).toLowerCase();
  switch (method) {
    case 'gptq':
      return readGptq(files, reader);
    case 'awq':
      return readAwq(reader);
    case 'compressed-tensors':
    case 'sparseml':
      return readCompressedTensors(files, reader);
    case 'bitsandbytes':
      return readBitsAndBytes(files, reader);
    default: {
      const { what, advice } = describeUnsupportedMethod(method);
      reader.unsupported(what, advice);
      return undefined;
    }
  }
}

/** Early files of bitsandbytes and compressed-tensors do not name the method. */
function guessMethod(config: Config, key: string): string {
  if (key === 'compression_config' || 'config_groups' in config) return 'compressed-tensors';
  return 'load_in_8bit' in config || 'load_in_4bit' in config ? 'bitsandbytes' : 'unnamed';
}

function isDescription(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** A tensor that only packed matrices have; undefined when there is none. */
export function packedPart(tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
  return [...tensors.keys()].find((name) => tellingParts.test(name));
}

function undescribed(tensors: ReadonlyMap<string, StoredTensor>): Finding[] {
  const packed = packedPart(tensors);
  if (packed === undefined) return [];
  const message = `${packed} belongs to a packed matrix, but config.json has no quantization_config that says how it is packed. Copy the content of quantize_config.json or quant_config.json there, with quant_method beside it.`;
  return [{ code: 'M281', severity: 'error', message, pointer: '/quantization_config' }];
}
