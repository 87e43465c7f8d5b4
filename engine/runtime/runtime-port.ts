import type { WireDevice, WireTensor } from '../protocol/child-messages.ts';
import type { HardeningLayer } from './hardening.ts';
import type { HostFacts } from './host-facts.ts';
import type { Placement } from './placement.ts';

export type RuntimeDevice = WireDevice;

/** ONNX Runtime as the engine sees it. `start-engine.ts` implements it with a child process; tests may fake it. */
export interface Runtime {
  /** ONNX Runtime's version and where it runs, for the evidence. */
  readonly facts: RuntimeFacts;
  /** Loads a graph whose initializers lie in files of `weightsFolder`. Rejects with InvarLockError R4xx. */
  open(graph: RuntimeGraph): Promise<RuntimeSession>;
  /** Ends the child; safe to call twice. */
  close(): Promise<void>;
}

export interface RuntimeFacts {
  readonly runtimeVersion: string;
  readonly nodeVersion: string;
  /** `cpu`, `webgpu`, `cuda:1`: where every session of this runtime runs. */
  readonly device: string;
  /** What was asked for, and one sentence that says how it became `device`. */
  readonly requestedDevice: string;
  readonly deviceReason: string;
  readonly threads: number;
  /** Providers that the library knows; some of them lack their own libraries. */
  readonly backends: readonly string[];
  /** What stands between the child and the machine: each was measured in or on the child. */
  readonly layers: readonly HardeningLayer[];
  readonly memoryLimitBytes?: number;
  readonly host: HostFacts;
  /** Drivers and libraries that the user had loaded into the child. */
  readonly nativeLibraries?: Readonly<Record<string, string>>;
}

export interface RuntimeGraph {
  /** Serialized ModelProto. */
  readonly model: Uint8Array;
  readonly weightsFolder: string;
  /** Bytes of weights that are mapped from files: they count as resident, but can always be given back. */
  readonly mappedBytes?: number;
  /** More threads than this would change the last digits of the results. */
  readonly maximumThreads?: number;
  /** Another device than the runtime's own; only probes ask for one. */
  readonly device?: RuntimeDevice;
  /** Whether the first run is recorded, to see where its nodes ran. */
  readonly measurePlacement?: boolean;
}

export interface RuntimeSession {
  run(
    feeds: Readonly<Record<string, WireTensor>>,
    outputs: readonly string[],
  ): Promise<{
    readonly outputs: Readonly<Record<string, WireTensor>>;
    readonly runMs: number;
    readonly rssBytes: number;
  }>;
  /** Where the nodes of the first run ran; undefined before it, and where it was not asked for. */
  placement(): Placement | undefined;
  close(): Promise<void>;
}
