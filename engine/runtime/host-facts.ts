import { readdir, readFile, readlink } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';

/** The hardware that losses depend on in their last digits, as far as the system tells. */
export interface HostFacts {
  readonly cpu: {
    readonly model: string;
    /** Instruction sets that ONNX Runtime has kernels for, in order; absent where the system does not list them. */
    readonly features?: readonly string[];
  };
  /** Graphics adapters; absent where the system does not list them. */
  readonly adapters?: readonly AdapterFacts[];
}

interface AdapterFacts {
  /** PCI ids, as `0x10de:0x2330`. */
  readonly id: string;
  readonly driver?: string;
  readonly driverVersion?: string;
}

/** What decides which kernels run: the rest of a CPU's flags does not matter here. */
const relevant =
  /^(?:sse4_[12]|avx(?:2|512\w+|_vnni|_vnni_int8)?|fma|f16c|amx_\w+|asimd\w*|sve\w*|i8mm|bf16|svei8mm|svebf16)$/u;

/** Reads them from the system's own files; `root` is another one in tests. */
export async function hostFacts(root = '/'): Promise<HostFacts> {
  const text = await readText(path.join(root, 'proc/cpuinfo'));
  const features = text === undefined ? undefined : cpuFeatures(text);
  const adapters = await drmAdapters(root);
  return {
    cpu: {
      model: (text === undefined ? undefined : cpuModel(text)) ?? cpus()[0]?.model.trim() ?? 'unknown',
      ...(features === undefined ? {} : { features }),
    },
    ...(adapters.length === 0 ? {} : { adapters }),
  };
}

function cpuModel(text: string): string | undefined {
  return /^model name\s*:\s*(.+)$/mu.exec(text)?.[1]?.trim();
}

/** x86 calls the line "flags", ARM "Features". */
function cpuFeatures(text: string): string[] | undefined {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/mu.exec(text)?.[1];
  return line
    ?.split(/\s+/u)
    .filter((flag) => relevant.test(flag))
    .sort();
}

async function drmAdapters(root: string): Promise<AdapterFacts[]> {
  const drm = path.join(root, 'sys/class/drm');
  const names = await readdir(drm).catch(() => []);
  const version = await nvidiaVersion(root);
  const adapters: AdapterFacts[] = [];
  for (const name of names.filter((one) => /^card\d+$/u.test(one)).sort()) {
    const device = path.join(drm, name, 'device');
    const vendor = await readText(path.join(device, 'vendor'));
    const product = await readText(path.join(device, 'device'));
    if (vendor === undefined || product === undefined) continue;
    const link = await readlink(path.join(device, 'driver')).catch(() => undefined);
    const driver = link === undefined ? undefined : path.basename(link);
    adapters.push({
      id: `${vendor.trim()}:${product.trim()}`,
      ...(driver === undefined ? {} : { driver }),
      ...(driver === 'nvidia' && version !== undefined ? { driverVersion: version } : {}),
    });
  }
  // A card for computing alone is not in the graphics list.
  if (version !== undefined && !adapters.some(({ driver }) => driver === 'nvidia'))
    adapters.push({ id: 'nvidia', driver: 'nvidia', driverVersion: version });
  return adapters;
}

async function nvidiaVersion(root: string): Promise<string | undefined> {
  const text = await readText(path.join(root, 'proc/driver/nvidia/version'));
  return text === undefined ? undefined : /Kernel Module\s.*?(\d+\.\d+(?:\.\d+)?)/u.exec(text)?.[1];
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
