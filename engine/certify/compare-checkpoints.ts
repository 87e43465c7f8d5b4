import type { FileReader } from '../core/ports.ts';
import type { ModelSource } from '../models/model-source.ts';

/** A tensor's place in a weight file; a small one of an ONNX model has its bytes with it. */
export type TensorPlace = {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly lengthBytes: number;
} & (
  | { readonly file: string; readonly offset: number; readonly bytes?: undefined }
  | { readonly bytes: Uint8Array }
);

/** A matrix that several tensors describe; the shape is what they describe. */
interface PackedPlace {
  readonly shape: readonly number[];
  /** By the names of the tensors. */
  readonly parts: ReadonlyMap<string, TensorPlace>;
}

export type WeightPlace = TensorPlace | PackedPlace;

export interface CheckpointDifference {
  /**
   * Elements whose stored bytes differ. A tensor that only one side has, or whose shape or dtype differs, counts whole, and
   * so does a packed matrix that the other side stores in another way or with any other byte.
   */
  readonly paramsChanged: number;
  readonly tensorsChanged: readonly string[];
  /** Distinct layer numbers among the changed tensors. */
  readonly layersModified: number;
}

const CHUNK_BYTES = 4 << 20;

/**
 * What an edit changed, measured: the subject's stored tensors against the baseline's, byte for byte, streamed.
 *
 * The reference reports zero changes for every external edit, because it runs the subject as a `noop` (spec 03 §7.3).
 */
export async function compareCheckpoints(
  files: FileReader,
  baseline: ReadonlyMap<string, WeightPlace>,
  subject: ReadonlyMap<string, WeightPlace>,
): Promise<CheckpointDifference> {
  const tensorsChanged: string[] = [];
  let paramsChanged = 0;
  for (const name of [...new Set([...baseline.keys(), ...subject.keys()])].sort()) {
    const changed = await changedElements(files, baseline.get(name), subject.get(name));
    if (changed > 0) tensorsChanged.push(name);
    paramsChanged += changed;
  }
  const layers = new Set(tensorsChanged.map(layerOf).filter((layer) => layer !== undefined));
  return { paramsChanged, tensorsChanged, layersModified: layers.size };
}

async function changedElements(
  files: FileReader,
  a: WeightPlace | undefined,
  b: WeightPlace | undefined,
): Promise<number> {
  if (!a || !b) return elementCount(a ?? b);
  if ('parts' in a || 'parts' in b) {
    if (!('parts' in a && 'parts' in b)) return elementCount(b);
    const { paramsChanged } = await compareCheckpoints(files, a.parts, b.parts);
    return paramsChanged > 0 ? elementCount(b) : 0;
  }
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join() || a.lengthBytes !== b.lengthBytes)
    return elementCount(b);
  const elements = elementCount(a);
  if (elements === 0) return 0;
  const width = a.lengthBytes / elements;
  let changed = 0;
  const step = Math.max(1, Math.floor(CHUNK_BYTES / width)) * width;
  for (let start = 0; start < a.lengthBytes; start += step) {
    const length = Math.min(step, a.lengthBytes - start);
    const left = await bytesOf(files, a, start, length);
    const right = await bytesOf(files, b, start, length);
    changed += differingElements(left, right, width);
  }
  return changed;
}

async function bytesOf(
  files: FileReader,
  place: TensorPlace,
  start: number,
  length: number,
): Promise<Uint8Array> {
  if (place.bytes) return place.bytes.subarray(start, start + length);
  return files.readBytes(place.file, { offset: place.offset + start, length });
}

function differingElements(left: Uint8Array, right: Uint8Array, width: number): number {
  if (Buffer.compare(left, right) === 0) return 0;
  let changed = 0;
  for (let start = 0; start < left.length; start += width) {
    for (let index = start; index < start + width; index += 1) {
      if (left[index] !== right[index]) {
        changed += 1;
        break;
      }
    }
  }
  return changed;
}

function elementCount(tensor: WeightPlace | undefined): number {
  return tensor ? tensor.shape.reduce((product, size) => product * size, 1) : 0;
}

/** The weights of a model, with the places of their bytes. */
export function weightPlaces({
  tensors,
  weights,
}: Pick<ModelSource, 'tensors' | 'weights'>): ReadonlyMap<string, WeightPlace> {
  const places = new Map<string, WeightPlace>();
  for (const { name, shape, packed } of weights.values()) {
    const stored = tensors.get(name);
    if (packed) {
      const parts = packed.parts.flatMap((part) => tensors.get(part) ?? []);
      places.set(name, { shape, parts: new Map(parts.map((tensor) => [tensor.name, tensor])) });
    } else if (stored) places.set(name, stored);
  }
  return places;
}

/** The first number in a tensor's path, with what stands before it: `transformer.h.2` of `transformer.h.2.mlp…`. */
function layerOf(name: string): string | undefined {
  return /^(.*?\.\d+)\./u.exec(name)?.[1];
}
