import type { WireTensor } from '../protocol/child-messages.ts';

/** ONNX Runtime as the engine sees it. `start-engine.ts` implements it with a child process; tests may fake it. */
export interface Runtime {
  /** ONNX Runtime's version and where it runs, for the evidence. */
  readonly facts: {
    readonly runtimeVersion: string;
    readonly nodeVersion: string;
    readonly device: 'cpu';
    readonly threads: number;
  };
  /** Loads a graph whose initializers lie in files of `weightsFolder`. Rejects with InvarLockError R4xx. */
  open(graph: RuntimeGraph): Promise<RuntimeSession>;
  /** Ends the child; safe to call twice. */
  close(): Promise<void>;
}

export interface RuntimeGraph {
  /** Serialized ModelProto. */
  readonly model: Uint8Array;
  readonly weightsFolder: string;
  /** More threads than this would change the last digits of the results. */
  readonly maximumThreads?: number;
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
  close(): Promise<void>;
}
