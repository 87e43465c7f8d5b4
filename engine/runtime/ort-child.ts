/**
 * Entry of the engine child: the only process, and the only file, that loads ONNX Runtime. It knows nothing of models:
 * it opens the graph it is sent, runs it and sends back what comes out. It ends when its parent does.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type {
  ChildMessage,
  MeasuredLayers,
  ParentMessage,
  TensorType,
  WireDevice,
  WireTensor,
} from '../protocol/child-messages.ts';
import { closeDoors, doorsAreClosed } from './child-guard.ts';

type Ort = typeof import('onnxruntime-node');

const sessions = new Map<number, InferenceSession>();
let ort: Ort | undefined;
let nextSession = 1;
// Requests are answered one after the other, in the order they came.
let queue: Promise<void> = Promise.resolve();

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ParentMessage) => {
  queue = queue.then(() => answer(message));
});
start();

function start(): void {
  try {
    ort = loadOrt();
    send({
      kind: 'ready',
      runtimeVersion: ort.env.versions.node ?? ort.env.versions.common,
      nodeVersion: process.versions.node,
      backends: ort.listSupportedBackends().map(({ name }) => name),
      layers: measureLayers(),
    });
  } catch (error) {
    send({ kind: 'failed', id: 0, message: describe(error) });
  }
}

/** A packaged product carries the runtime of its platform beside the bundle; a checkout has it in node_modules. */
function loadOrt(): Ort {
  const require = createRequire(import.meta.url);
  const packaged = new URL('./runtime/node_modules/onnxruntime-node', import.meta.url);
  const name = existsSync(packaged) ? './runtime/node_modules/onnxruntime-node' : 'onnxruntime-node';
  const { platform, arch } = process;
  closeDoors(
    path.resolve(require.resolve(name), `../../bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`),
  );
  return require(name) as Ort;
}

function measureLayers(): MeasuredLayers {
  return {
    moduleGuard: doorsAreClosed(),
    // Undefined without the permission model, also on Node versions that have it.
    nodePermissions: process.permission?.has('fs.write') === false && !process.permission.has('child'),
    // A fresh network namespace has only a loopback, and that is down.
    noNetworkInterface: Object.keys(networkInterfaces()).length === 0,
  };
}

async function answer(message: ParentMessage): Promise<void> {
  try {
    if (message.kind === 'open') await open(message);
    else if (message.kind === 'run') await run(message);
    else if (message.kind === 'end-profile') {
      sessionOf(message).endProfiling();
      send({ kind: 'profiled', id: message.id });
    } else {
      await sessions.get(message.session)?.release();
      sessions.delete(message.session);
      send({ kind: 'closed', id: message.id });
    }
  } catch (error) {
    send({ kind: 'failed', id: message.id, message: describe(error) });
  }
}

async function open(message: Extract<ParentMessage, { kind: 'open' }>): Promise<void> {
  if (!ort) throw new Error('ONNX Runtime is not loaded');
  const startedAt = performance.now();
  const session = await ort.InferenceSession.create(message.model, {
    // One provider and no second choice: operators it lacks run on the CPU, and the profile says which.
    executionProviders: [providerOptions(message.device)],
    intraOpNumThreads: message.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // A pattern sets aside one block for all that a window needs and one as large as the weights, although they stay
    // mapped, and the limit of memory counts both. Losses have the same bits without it, and runs take as long.
    enableMemPattern: false,
    logSeverityLevel: 3,
    ...(message.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: message.profilePrefix }),
    extra: {
      'session.model_external_initializers_file_folder_path': message.weightsFolder,
      // Both keep the weights mapped from their file: packing copies every matrix, folding keeps a float32 copy of
      // every narrow one. Losses depend on the packing in the last digits, so it is the same for every run.
      'session.disable_prepacking': '1',
      'optimization.disable_specified_optimizers': 'ConstantFolding',
    },
  });
  const id = nextSession++;
  sessions.set(id, session);
  send({ kind: 'opened', id: message.id, session: id, loadMs: performance.now() - startedAt });
}

function providerOptions({ provider, deviceId }: WireDevice): InferenceSession.ExecutionProviderConfig {
  return deviceId === undefined ? provider : ({ name: provider, deviceId } as { readonly name: string });
}

async function run(message: Extract<ParentMessage, { kind: 'run' }>): Promise<void> {
  const session = sessionOf(message);
  if (!ort) throw new Error('ONNX Runtime is not loaded');
  const feeds: Record<string, Tensor> = {};
  for (const [name, wire] of Object.entries(message.feeds)) feeds[name] = toTensor(ort, wire);
  const startedAt = performance.now();
  const results = await session.run(feeds, [...message.outputs]);
  const runMs = performance.now() - startedAt;
  const outputs: Record<string, WireTensor> = {};
  for (const [name, tensor] of Object.entries(results)) outputs[name] = toWire(tensor);
  send({ kind: 'result', id: message.id, outputs, runMs, rssBytes: process.memoryUsage.rss() });
}

function sessionOf({ session }: { readonly session: number }): InferenceSession {
  const found = sessions.get(session);
  if (!found) throw new Error(`there is no session ${session}`);
  return found;
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

function toTensor(runtime: Ort, wire: WireTensor): Tensor {
  // A copy, because the received bytes need not lie at a multiple of the element's size.
  const bytes = new Uint8Array(wire.data).buffer;
  return new runtime.Tensor(wire.type, new arrayTypes[wire.type](bytes), wire.dims) as Tensor;
}

function toWire(tensor: Tensor): WireTensor {
  const { type, data, dims } = tensor;
  if (!isTensorType(type) || !ArrayBuffer.isView(data))
    throw new Error(`outputs of type ${type} are not supported`);
  return { type, dims: [...dims], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(arrayTypes, type);
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
