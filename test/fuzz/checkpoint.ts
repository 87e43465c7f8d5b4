import { openCheckpoint } from '../../engine/artifacts/checkpoint.ts';
import { codes } from '../../engine/codes/index.ts';
import { hasErrors } from '../../engine/core/findings.ts';
import { buildModelGraph } from '../../engine/graph/build-model-graph.ts';
import { type SmallModel, smallGpt2, writeSmallModel } from '../fixtures/gpt2-checkpoint.ts';
import { MemoryFiles } from '../fixtures/memory-files.ts';
import {
  type CodeOptions,
  type Packer,
  packAwq,
  packCompressed,
  packGptq,
  packLlmInt8,
  packModel,
  writePackedModel,
} from '../fixtures/packed-models.ts';
import { type Choose, randomEdit, seededChoice } from './mutate.ts';
import type { FuzzOptions } from './server.ts';

const editsPerFolder = 3;
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * Model folders whose config.json, index and headers are edited at random, and opened: that may give findings, but never
 * an error, and a folder without errors must give a graph.
 */
export async function fuzzCheckpoint({ seed, goesOn, onStep }: FuzzOptions): Promise<{ steps: number }> {
  const choose = seededChoice(seed);
  const starts = await startingFolders();
  let steps = 0;
  for (let count = 0; goesOn(count); count += 1) {
    const files = new MemoryFiles();
    for (const [name, content] of starts[choose(starts.length)] ?? []) files.contents.set(name, content);
    for (let edit = 1; edit <= editsPerFolder; edit += 1) {
      const name = editOne(files, choose);
      const begun = performance.now();
      try {
        await openAndBuild(files);
      } catch (cause) {
        const place = `seed ${seed}, folder ${count}, edit ${edit} of ${name}`;
        throw new Error(`${place}: ${JSON.stringify(headOf(files, name))}`, { cause });
      }
      onStep?.(performance.now() - begun, headOf(files, name));
      steps += 1;
    }
  }
  return { steps };
}

async function openAndBuild(files: MemoryFiles): Promise<void> {
  const { value, findings } = await openCheckpoint(files, '/m');
  for (const { code, message } of findings) {
    if (!Object.hasOwn(codes, code)) throw new Error(`${code} is no code`);
    if (message.length > 5000) throw new Error(`the message of ${code} has ${message.length} characters`);
  }
  if (value === undefined) {
    if (!hasErrors(findings)) throw new Error('neither a checkpoint nor an error');
  } else buildModelGraph(value, { maximumRows: 4 });
}

/** Changes one file: its text, or of a weight file the header, whose length is kept or not. */
function editOne(files: MemoryFiles, choose: Choose): string {
  const names = [...files.contents.keys()].sort();
  const name = names[choose(names.length)] ?? '';
  const content = files.contents.get(name) ?? new Uint8Array();
  if (name.endsWith('.json')) {
    files.contents.set(name, encode(edited(decode(content), choose)));
    return name;
  }
  const prefix = Uint8Array.from(content.subarray(0, 8));
  const length = prefix.length < 8 ? 0 : Number(new DataView(prefix.buffer).getBigUint64(0, true));
  const end = Math.min(content.length, 8 + length);
  const header = encode(edited(decode(content.subarray(8, end)), choose));
  if (choose(16) > 0 && prefix.length === 8)
    new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
  const rest = choose(24) === 0 ? content.subarray(end, choose(content.length + 1)) : content.subarray(end);
  files.contents.set(name, Buffer.concat([prefix, header, rest]));
  return name;
}

/** Most edits keep the JSON whole, because what is behind its reader is of interest too. */
function edited(text: string, choose: Choose): string {
  if (choose(16) > 0) {
    try {
      const value: unknown = JSON.parse(text);
      changeSomewhere(value, choose);
      return JSON.stringify(value);
    } catch {
      // An earlier edit broke it.
    }
  }
  const { start, end, text: inserted } = randomEdit(text, choose);
  return text.slice(0, start) + inserted + text.slice(end);
}

const oddValues: readonly unknown[] = [
  ...[0, 1, 2, 3, 4, 8, 16, 24, 31, 32, 33, 64, 4096, -1, 0.5, 1e300, 2 ** 53, null, true, false],
  ...[
    '',
    '4',
    'F16',
    'I32',
    'U8',
    'gptq',
    'awq',
    'gemv',
    '../part-0.safetensors',
    'part-1.safetensors',
    '__proto__',
  ],
  ...[[], {}, [32], [32, 12], [0, 0], [[1]], { a: 1 }],
];

function changeSomewhere(value: unknown, choose: Choose): void {
  if (typeof value !== 'object' || value === null) return;
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object);
  const key = keys[choose(keys.length)];
  if (key === undefined) return;
  const inner = object[key];
  // Deeper for as long as chance wants it, so that every level is changed.
  if (typeof inner === 'object' && inner !== null && choose(4) > 0) changeSomewhere(inner, choose);
  else {
    const way = choose(6);
    if (way === 0) delete object[key];
    else if (way === 1) object[`${key}${choose(3)}`] = inner;
    else object[key] = oddValues[choose(oddValues.length)];
  }
}

function headOf(files: MemoryFiles, name: string): string {
  return decode(files.contents.get(name)?.subarray(0, 4000) ?? new Uint8Array());
}

type Folder = readonly (readonly [string, Uint8Array])[];

async function startingFolders(): Promise<Folder[]> {
  const small = smallGpt2({ n_embd: 32, n_inner: 64, n_head: 4 });
  const groups = { bits: 4, groupSize: 16 };
  const whole = { bits: 8, groupSize: -1, zero: 128 };
  const compressed = { weights: { num_bits: 4, type: 'int', strategy: 'group', group_size: 16 } };
  return Promise.all([
    plainFolder(small),
    shardedFolder(small),
    packedFolder(small, { quant_method: 'gptq', bits: 4, group_size: 16 }, groups, packGptq('gptq', true)),
    packedFolder(small, { quant_method: 'awq', bits: 4, group_size: 16 }, groups, packAwq),
    packedFolder(
      small,
      { quant_method: 'compressed-tensors', format: 'pack-quantized', config_groups: { a: compressed } },
      groups,
      packCompressed('packed', true),
    ),
    packedFolder(small, { quant_method: 'bitsandbytes', load_in_8bit: true }, whole, packLlmInt8),
  ]);
}

async function plainFolder(model: SmallModel): Promise<Folder> {
  const files = new MemoryFiles();
  await writeSmallModel(files, '/m', model);
  return [...files.contents];
}

async function shardedFolder(model: SmallModel): Promise<Folder> {
  const files = new MemoryFiles();
  const names = [...model.tensors.keys()];
  const weightMap: Record<string, string> = {};
  for (const half of [0, 1]) {
    const part = names.filter((_, i) => i % 2 === half);
    const tensors = new Map([...model.tensors].filter(([name]) => part.includes(name)));
    await writeSmallModel(files, '/m', { config: model.config, tensors });
    await files.rename('/m/model.safetensors', `/m/part-${half}.safetensors`);
    for (const name of part) weightMap[name] = `part-${half}.safetensors`;
  }
  await files.writeAtomic('/m/model.safetensors.index.json', JSON.stringify({ weight_map: weightMap }));
  return [...files.contents];
}

async function packedFolder(
  model: SmallModel,
  quantization: object,
  options: CodeOptions,
  pack: Packer,
): Promise<Folder> {
  const files = new MemoryFiles();
  const { tensors } = packModel(model, options, pack);
  await writePackedModel(files, '/m', { ...model.config, quantization_config: quantization }, tensors);
  return [...files.contents];
}
