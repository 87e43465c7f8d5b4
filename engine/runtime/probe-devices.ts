import { InvarLockError } from '../core/errors.ts';
import { deviceLabel, type Provider } from './devices.ts';
import { explainDeviceFailure } from './explain-device-failure.ts';
import { type DeviceProbe, deviceProbe } from './probe-graph.ts';
import type { Runtime, RuntimeDevice, RuntimeSession } from './runtime-port.ts';

/**
 * How far a loss may be from the CPU's. Float32 arithmetic in another order differs by about 1e-6 here; TensorFloat-32
 * and float16 by more than 1e-3.
 */
export const probeTolerance = 1e-4;

/** After these the child lives on: loading failed, a run failed, nothing ran on the device. */
const survivable: readonly string[] = ['R403', 'R404', 'R423'];

/** What came of trying one device. */
export interface DeviceTrial {
  readonly device: string;
  readonly provider: Provider;
  readonly outcome: 'agrees' | 'unavailable' | 'disagrees';
  /** One clause: why not, or how well. */
  readonly detail: string;
  readonly maximumDifference?: number;
  /** Times of one run after the first, as multiples of the CPU's. */
  readonly relativeTime?: number;
}

/**
 * Tries devices in a child of its own, so that a driver that crashes takes no evaluation with it. A device is usable
 * when its losses of the probe agree with the CPU's; what the library says about itself counts for nothing.
 */
export class DeviceProber {
  readonly #start: () => Promise<Runtime>;
  readonly #probe: DeviceProbe = deviceProbe();
  #runtime: Runtime | undefined;
  #expected: Outcome | undefined;

  constructor(start: () => Promise<Runtime>) {
    this.#start = start;
  }

  /** The providers that ONNX Runtime's library knows here; some of them lack their own libraries. */
  async backends(): Promise<readonly string[]> {
    return (await this.#child()).facts.backends;
  }

  async try(device: RuntimeDevice & { readonly provider: Provider }): Promise<DeviceTrial> {
    const facts = { device: deviceLabel(device), provider: device.provider };
    try {
      this.#expected ??= await this.#run({ provider: 'cpu' }, 3);
    } catch (error) {
      // Without the CPU there is nothing to compare with: that is no fault of the device.
      await this.close();
      throw error;
    }
    let outcome: Outcome;
    try {
      outcome = await this.#run(device, 1);
    } catch (error) {
      if (!(error instanceof InvarLockError)) throw error;
      // A crash is the end of that child; the next device gets another one.
      if (!survivable.includes(error.code)) await this.close();
      const cause = error.message.replace(/^Failure while .+?: /u, '');
      return { ...facts, outcome: 'unavailable', detail: explainDeviceFailure(cause) };
    }
    const maximumDifference = largestDifference(outcome.losses, this.#expected.losses);
    const relativeTime = outcome.runMs / Math.max(this.#expected.runMs, 1e-3);
    const isClose = maximumDifference <= probeTolerance;
    const numbers = `a loss of the probe differs from the CPU's by ${maximumDifference.toExponential(1)}`;
    return {
      ...facts,
      outcome: isClose ? 'agrees' : 'disagrees',
      detail: isClose
        ? `the losses of the probe agree with the CPU's within ${maximumDifference.toExponential(1)}`
        : `${numbers}; at most ${probeTolerance} is allowed`,
      maximumDifference,
      relativeTime,
    };
  }

  async close(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    await runtime?.close();
  }

  async #child(): Promise<Runtime> {
    this.#runtime ??= await this.#start();
    return this.#runtime;
  }

  /** The first run compiles; the fastest of those after it is what a run takes. */
  async #run(device: RuntimeDevice, timedRuns: number): Promise<Outcome> {
    const runtime = await this.#child();
    // A provider may leave every node to the CPU, whose losses then agree with the CPU's.
    const measurePlacement = device.provider !== 'cpu';
    const { model } = this.#probe;
    const session = await runtime.open({ model, weightsFolder: '.', device, measurePlacement });
    try {
      const first = await this.#once(session);
      let runMs = Number.POSITIVE_INFINITY;
      for (let i = 0; i < timedRuns; i++) runMs = Math.min(runMs, (await this.#once(session)).runMs);
      return { losses: first.losses, runMs };
    } finally {
      // After a crash there is nothing to close, and the crash is what must be told.
      await session.close().catch(() => undefined);
    }
  }

  async #once(session: RuntimeSession): Promise<Outcome> {
    const { outputs, runMs } = await session.run(this.#probe.feeds, [this.#probe.output]);
    const bytes = outputs[this.#probe.output]?.data ?? new Uint8Array();
    return { losses: new Float32Array(new Uint8Array(bytes).buffer), runMs };
  }
}

interface Outcome {
  readonly losses: Float32Array;
  readonly runMs: number;
}

/** Infinite when a loss is missing or not finite. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || b.length === 0) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, value] of a.entries()) {
    const difference = Math.abs(value - (b[i] ?? Number.NaN));
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}
