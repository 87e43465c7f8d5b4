import { InvarLockError } from '../core/errors.ts';
import { megabytes } from '../core/megabytes.ts';
import type { MeasuredLayers } from '../protocol/child-messages.ts';
import { ChildConversation, type ReadyMessage } from './child-conversation.ts';
import { cleanEnvironment, type NativeLibraries } from './clean-environment.ts';
import { deviceLabel } from './devices.ts';
import { openEngineSession } from './engine-session.ts';
import {
  type AvailableHardening,
  availableHardening,
  type HardeningLayer,
  noHardening,
} from './hardening.ts';
import { hostFacts } from './host-facts.ts';
import { type Launch, launchChild } from './launch-child.ts';
import type { Runtime, RuntimeDevice, RuntimeFacts } from './runtime-port.ts';
import { residentBytes, watchMemory } from './watch-memory.ts';

export interface EngineOptions {
  /** The engine child's entry: dist/engine-child.js. */
  readonly childPath: string;
  readonly threads: number;
  /** Where sessions run; the CPU by default. Who asks for another device has tried it (`chooseDevice`). */
  readonly device?: RuntimeDevice;
  /** For the evidence: what was asked for, and how it became `device`. */
  readonly requestedDevice?: string;
  readonly deviceReason?: string;
  /** Bytes that the child may hold beside mapped weights; without it there is no limit. */
  readonly memoryLimitBytes?: number;
  /** Bytes of the largest weights that will be mapped, which the kernel's limit counts although they can be given back. */
  readonly mappedBytes?: number;
  readonly nativeLibraries?: NativeLibraries;
  /** The Node that runs it; this process's own by default, which may be Electron with ELECTRON_RUN_AS_NODE set. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** The layers to use; by default those that were tried and work. */
  readonly hardening?: AvailableHardening;
  /** Further folders that the child may read; tests have their own programs. */
  readonly readFolders?: readonly string[];
  /** Work for the time in which the child loads the runtime and this process would wait. */
  readonly whileStarting?: (() => void) | undefined;
  readonly startTimeoutMs?: number;
  readonly openTimeoutMs?: number;
  readonly runTimeoutMs?: number;
}

/**
 * Starts ONNX Runtime in a child process, behind the layers that this machine allows. Loading and running block the
 * process they happen in and a damaged model can crash it, so neither the editor nor the command line does it itself.
 * Closing kills the child.
 *
 * @example const runtime = await startEngine({ childPath, threads: 2 }); try { … } finally { await runtime.close() }
 */
export async function startEngine(options: EngineOptions): Promise<Runtime> {
  const { threads, device = { provider: 'cpu' }, openTimeoutMs = 600_000, runTimeoutMs = 600_000 } = options;
  const launch = await launchOf(options, device);
  const { conversation, ready, hardening } = await startHardened(launch, options);
  const { memoryLimitBytes } = options;
  let stopWatching = () => {};
  let mappedBytes = 0;
  let isLimited = launch.dataLimitBytes !== undefined;
  if (memoryLimitBytes !== undefined && !isLimited && conversation.pid !== undefined) {
    // What is resident includes pages of mapped weights, which no run is to be ended for.
    const limit = () => memoryLimitBytes + mappedBytes;
    stopWatching = watchMemory(conversation.pid, limit, (rssBytes) =>
      conversation.stop(overLimit(rssBytes, limit())),
    );
    // A system without the tool that tells a process's memory has no limit, whatever was asked for.
    isLimited = (await residentBytes(conversation.pid)) !== undefined;
  }
  return {
    facts: { ...factsOf(options, device, ready, hardening, isLimited), host: await hostFacts() },
    open: async (graph) => {
      const mapped = graph.mappedBytes ?? 0;
      mappedBytes += mapped;
      const settings = { threads, device, openTimeoutMs, runTimeoutMs };
      const session = await openEngineSession(conversation, graph, settings);
      return {
        ...session,
        async close() {
          await session.close();
          mappedBytes -= mapped;
        },
      };
    },
    close: () => {
      stopWatching();
      return conversation.end();
    },
  };
}

async function launchOf(options: EngineOptions, device: RuntimeDevice): Promise<Launch> {
  const execPath = options.execPath ?? process.execPath;
  // The kernel's limit counts what drivers of accelerators only reserve; those are watched instead.
  const isKernelLimited = process.platform === 'linux' && device.provider === 'cpu';
  return {
    execPath,
    execArgv: options.execArgv ?? [],
    childPath: options.childPath,
    environment: cleanEnvironment(process.env, process.platform, options.nativeLibraries),
    hardening: options.hardening ?? (await availableHardening(execPath, process.platform)),
    dataLimitBytes:
      isKernelLimited && options.memoryLimitBytes !== undefined
        ? options.memoryLimitBytes + (options.mappedBytes ?? 0)
        : undefined,
    ...(options.readFolders ? { readFolders: options.readFolders } : {}),
  };
}

interface Started {
  readonly conversation: ChildConversation;
  readonly ready: ReadyMessage;
  readonly hardening: AvailableHardening;
}

/**
 * Layers that work for an empty program may still keep this one from starting. Then it starts with fewer, and the
 * evidence lacks their names.
 */
async function startHardened(
  launch: Launch,
  { startTimeoutMs: timeoutMs = 60_000, whileStarting }: EngineOptions,
): Promise<Started> {
  const { networkNamespace, permissionFlag } = launch.hardening;
  const fewer = [
    ...(networkNamespace && permissionFlag !== undefined
      ? [
          { ...noHardening, networkNamespace },
          { ...noHardening, permissionFlag },
        ]
      : []),
    ...(networkNamespace || permissionFlag !== undefined ? [noHardening] : []),
  ];
  const start = async (hardening: AvailableHardening): Promise<Started> => {
    const conversation = new ChildConversation(launchChild({ ...launch, hardening }));
    whileStarting?.();
    return { conversation, ready: await conversation.ready(timeoutMs), hardening };
  };
  try {
    return await start(launch.hardening);
  } catch (first) {
    // A child that hangs would hang again.
    if (!(first instanceof InvarLockError) || first.code !== 'R401') throw first;
    for (const hardening of fewer) {
      const started = await start(hardening).catch(() => undefined);
      if (started) return started;
    }
    throw first;
  }
}

function factsOf(
  options: EngineOptions,
  device: RuntimeDevice,
  ready: ReadyMessage,
  hardening: AvailableHardening,
  isLimited: boolean,
): Omit<RuntimeFacts, 'host'> {
  const label = deviceLabel(device);
  const libraries = Object.entries(options.nativeLibraries ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return {
    runtimeVersion: ready.runtimeVersion,
    nodeVersion: ready.nodeVersion,
    device: label,
    requestedDevice: options.requestedDevice ?? label,
    deviceReason: options.deviceReason ?? `${label} was asked for.`,
    threads: options.threads,
    backends: ready.backends,
    layers: layersOf(ready.layers, hardening, isLimited),
    ...(isLimited && options.memoryLimitBytes !== undefined
      ? { memoryLimitBytes: options.memoryLimitBytes }
      : {}),
    ...(libraries.length > 0 ? { nativeLibraries: Object.fromEntries(libraries) } : {}),
  };
}

/** A layer counts when it was asked for and the child found it in place. */
function layersOf(
  measured: MeasuredLayers,
  hardening: AvailableHardening,
  isLimited: boolean,
): HardeningLayer[] {
  const layers: HardeningLayer[] = ['clean_environment'];
  if (measured.moduleGuard) layers.push('module_guard');
  if (hardening.permissionFlag !== undefined && measured.nodePermissions) layers.push('node_permissions');
  if (hardening.networkNamespace && measured.noNetworkInterface) layers.push('network_namespace');
  if (isLimited) layers.push('memory_limit');
  return layers;
}

function overLimit(rssBytes: number, limitBytes: number): InvarLockError {
  return new InvarLockError(
    'R431',
    `The engine process held ${megabytes(rssBytes)} of memory; its limit is ${megabytes(limitBytes)}, so it was stopped. Close other programs, lower dataset.seq_len, or use a smaller model.`,
    { details: { rssBytes, limitBytes } },
  );
}
