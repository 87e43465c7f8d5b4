import type { Finding } from '../../core/findings.ts';
import { brief } from '../brief.ts';
import type { TensorDtype } from '../safetensors/dtypes.ts';
import type { StoredTensor } from '../tensor-facts.ts';

/** A wrong quantization_config makes every matrix wrong; nobody reads more than a few findings. */
const maximumFindings = 10;

/**
 * What the readers of all schemes need: options of quantization_config and the tensors of packed modules, with findings
 * about what is missing or does not fit. M280 is a scheme that is not supported, M281 an option that makes no sense,
 * M282 a packed matrix whose parts do not belong together.
 */
export class SchemeReader {
  readonly findings: Finding[] = [];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The description itself, and where it lies in config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly pointer: string;
  readonly #label: string;

  constructor(
    config: Readonly<Record<string, unknown>>,
    pointer: string,
    tensors: ReadonlyMap<string, StoredTensor>,
  ) {
    this.config = config;
    this.pointer = pointer;
    this.tensors = tensors;
    this.#label = pointer.slice(1);
  }

  /** Refuses the scheme by name. */
  unsupported(what: string, advice: string, pointer = this.pointer): void {
    this.#add({
      code: 'M280',
      severity: 'error',
      message: `config.json: ${this.#label} ${what}, which this version cannot unpack. ${advice}`,
      pointer,
    });
  }

  invalid(key: string, rule: string): void {
    const value = this.config[key];
    const message = `config.json: ${this.#label}.${key} ${rule}, but is ${value === undefined ? 'missing' : brief(value)}.`;
    this.#add({ code: 'M281', severity: 'error', message, pointer: `${this.pointer}/${key}`, actual: value });
  }

  /** A packed matrix that cannot be what it claims to be. */
  broken(module: string, problem: string): void {
    const message = `The packed matrix ${brief(module)} ${problem}. config.json and the weights do not belong together, or a file is damaged.`;
    this.#add({ code: 'M282', severity: 'error', message });
  }

  wholeNumber(key: string, allowed: (value: number) => boolean, rule: string): number | undefined {
    const value = this.config[key];
    if (typeof value === 'number' && Number.isInteger(value) && allowed(value)) return value;
    this.invalid(key, rule);
    return undefined;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.config[key] ?? fallback;
    if (typeof value === 'boolean') return value;
    this.invalid(key, 'must be true or false');
    return fallback;
  }

  text(key: string, fallback: string): string {
    const value = this.config[key] ?? fallback;
    if (typeof value === 'string') return value;
    this.invalid(key, 'must be a text');
    return fallback;
  }

  /** Names of modules that have a tensor `<module>.<part>`, sorted. */
  modulesWith(part: string): string[] {
    const end = `.${part}`;
    return [...this.tensors.keys()]
      .filter((name) => name.endsWith(end))
      .map((name) => name.slice(0, -end.length))
      .sort();
  }

  optional(module: string, part: string): StoredTensor | undefined {
    return this.tensors.get(`${module}.${part}`);
  }

  /** `<module>.<part>` with one of the element types and as many dimensions; undefined, with a finding, otherwise. */
  part(
    module: string,
    part: string,
    dtypes: readonly TensorDtype[],
    rank: number | readonly number[],
  ): StoredTensor | undefined {
    const tensor = this.optional(module, part);
    if (!tensor) {
      this.broken(module, `lacks ${module}.${part}`);
      return undefined;
    }
    if (!dtypes.includes(tensor.dtype)) {
      this.broken(module, `has ${part} of type ${tensor.dtype} instead of ${dtypes.join(' or ')}`);
      return undefined;
    }
    if (![rank].flat().includes(tensor.shape.length)) {
      this.broken(module, `has ${part} of shape [${tensor.shape.join(', ')}]`);
      return undefined;
    }
    return tensor;
  }

  /** Whether a tensor has the shape that the others imply. */
  hasShape(module: string, tensor: StoredTensor, shape: readonly number[]): boolean {
    if (tensor.shape.join() === shape.join()) return true;
    const part = tensor.name.slice(module.length + 1);
    const actual = `[${tensor.shape.join(', ')}]`;
    this.broken(module, `has ${part} of shape ${actual}, but [${shape.join(', ')}] would fit the others`);
    return false;
  }

  #add(finding: Finding): void {
    if (this.findings.length < maximumFindings) this.findings.push(finding);
  }
}

/** Types that scales are stored in. */
export const scaleTypes: readonly TensorDtype[] = ['F16', 'BF16', 'F32'];
