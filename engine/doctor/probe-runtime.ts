import { writeOnnxModel } from '../artifacts/onnx/write-onnx-model.ts';
import type { Finding } from '../core/findings.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { hardeningLayers } from '../runtime/hardening.ts';
import type { Runtime } from '../runtime/runtime-port.ts';

/**
 * Whether ONNX Runtime works here: tried, not guessed. A small product is computed and compared with the known result.
 */
export async function probeRuntime(
  startRuntime: () => Promise<Runtime>,
  weightsFolder: string,
): Promise<Finding[]> {
  let runtime: Runtime | undefined;
  try {
    runtime = await startRuntime();
    const session = await runtime.open({ model: probeModel(), weightsFolder });
    const input = Float32Array.of(1, 2, 3, 4);
    const { outputs } = await session.run(
      { x: { type: 'float32', dims: [2, 2], data: new Uint8Array(input.buffer) } },
      ['y'],
    );
    const values = outputs.y && [...new Float32Array(new Uint8Array(outputs.y.data).buffer)];
    if (String(values) !== '7,10,15,22') {
      return [broken(`a product of two small matrices gave ${String(values)} instead of 7,10,15,22`)];
    }
    const { runtimeVersion, threads } = runtime.facts;
    return [
      {
        code: 'D103',
        severity: 'note',
        message: `ONNX Runtime ${runtimeVersion} works on the CPU (up to ${threads} threads).`,
      },
      hardeningNote(runtime.facts),
    ];
  } catch (error) {
    return [broken(error instanceof Error ? error.message : String(error))];
  } finally {
    await runtime?.close();
  }
}

/** y = x · x for a 2 × 2 matrix. */
function probeModel(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input({ name: 'x', type: 'F32', shape: [2, 2] });
  graph.output(graph.matrixProduct(x, x), { name: 'y', type: 'F32', shape: [2, 2] });
  return writeOnnxModel(graph.finish('probe'));
}

/** Which layers stand around the engine process, and which this machine does not give. */
function hardeningNote({ layers, host }: Runtime['facts']): Finding {
  const missing = hardeningLayers.filter((layer) => !layers.includes(layer));
  const words = (names: readonly string[]) => names.map((name) => name.replaceAll('_', ' ')).join(', ');
  const lacking = missing.length === 0 ? '' : ` Not available here: ${words(missing)}.`;
  return {
    code: 'D110',
    severity: 'note',
    message: `The engine process runs behind: ${words(layers)}.${lacking}`,
    details: { layers, missing, cpu: host.cpu, adapters: host.adapters ?? [] },
  };
}

function broken(reason: string): Finding {
  return { code: 'D102', severity: 'error', message: `ONNX Runtime does not start here: ${reason}.` };
}
