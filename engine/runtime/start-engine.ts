import { fork } from 'node:child_process';
import { InvarLockError } from '../core/errors.ts';
import type { ParentMessage } from '../protocol/child-messages.ts';
import { ChildConversation } from './child-conversation.ts';
import { cleanEnvironment } from './clean-environment.ts';
import type { Runtime, RuntimeGraph, RuntimeSession } from './runtime-port.ts';

export interface EngineOptions {
  /** The engine child's entry: dist/engine-child.js. */
  readonly childPath: string;
  readonly threads: number;
  /** The Node that runs it; this process's own by default, which may be Electron with ELECTRON_RUN_AS_NODE set. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  readonly startTimeoutMs?: number;
  readonly openTimeoutMs?: number;
  readonly runTimeoutMs?: number;
}

/**
 * Starts ONNX Runtime in a child process. Loading and running block the process they happen in and a damaged model
 * can crash it, so neither the editor nor the command line does it itself. Closing kills the child.
 *
 * @example const runtime = await startEngine({ childPath, threads: 2 }); try { … } finally { await runtime.close() }
 */
export async function startEngine(options: EngineOptions): Promise<Runtime> {
  const {
    childPath,
    threads,
    startTimeoutMs = 60_000,
    openTimeoutMs = 600_000,
    runTimeoutMs = 600_000,
  } = options;
  const child = fork(childPath, [], {
    execPath: options.execPath ?? process.execPath,
    execArgv: [...(options.execArgv ?? [])],
    env: cleanEnvironment(process.env, process.platform),
    // Structured clone carries bytes as bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const conversation = new ChildConversation(child);
  const started = await conversation.ready(startTimeoutMs);

  const openSession = async (graph: RuntimeGraph): Promise<RuntimeSession> => {
    const opened = await conversation.ask(
      (id): ParentMessage => ({
        kind: 'open',
        id,
        model: graph.model,
        weightsFolder: graph.weightsFolder,
        threads: Math.min(threads, graph.maximumThreads ?? threads),
      }),
      { doing: 'loading the model', failure: 'R403', timeoutMs: openTimeoutMs },
    );
    if (opened.kind !== 'opened') throw unexpectedAnswer(opened.kind);
    const { session } = opened;
    return {
      async run(feeds, outputs) {
        const result = await conversation.ask(
          (id): ParentMessage => ({ kind: 'run', id, session, feeds, outputs }),
          { doing: 'evaluating a window', failure: 'R404', timeoutMs: runTimeoutMs },
        );
        if (result.kind !== 'result') throw unexpectedAnswer(result.kind);
        return { outputs: result.outputs, runMs: result.runMs, rssBytes: result.rssBytes };
      },
      async close() {
        if (conversation.isOver) return;
        await conversation.ask((id): ParentMessage => ({ kind: 'close', id, session }), {
          doing: 'releasing the model',
          failure: 'R404',
          timeoutMs: openTimeoutMs,
        });
      },
    };
  };

  return {
    facts: {
      runtimeVersion: started.runtimeVersion,
      nodeVersion: started.nodeVersion,
      device: 'cpu',
      threads,
    },
    open: openSession,
    close: () => conversation.end(),
  };
}

function unexpectedAnswer(kind: string): InvarLockError {
  return new InvarLockError('U799', `The engine process answered with ${JSON.stringify(kind)}.`);
}
