import { quantizationFacts } from '../artifacts/quantization/quantization.ts';
import type { Runtime } from '../runtime/runtime-port.ts';
import type { ArmPlan } from './arm-plan.ts';
import { storedTypes } from './check-dtype.ts';
import type { ArmEvaluation } from './evaluate-arm.ts';
import type { ExecutionPlan } from './plan-execution.ts';

export interface ExecutionRecordInputs {
  readonly arm: Pick<ArmPlan, 'model'>;
  readonly evaluation: Pick<ArmEvaluation, 'placement' | 'threads'>;
  readonly runtime: Runtime['facts'];
  readonly execution: ExecutionPlan;
}

/**
 * How a model was evaluated, for the evidence: what was asked for and what was measured. `host` holds what belongs to
 * the machine; the rest is equal in two runs on the same inputs.
 */
export function executionRecord(inputs: ExecutionRecordInputs): Readonly<Record<string, unknown>> {
  const { arm, evaluation, runtime, execution } = inputs;
  const { placement } = evaluation;
  const { quantization } = arm.model;
  const { host, memoryLimitBytes, nativeLibraries } = runtime;
  return {
    engine: 'onnxruntime-node',
    engine_version: runtime.runtimeVersion,
    requested_device: runtime.requestedDevice,
    device: runtime.device,
    placement: placement ? { nodes: placement.nodes, cpu_operators: placement.cpuOperators } : null,
    threads: evaluation.threads,
    rows_per_chunk: execution.memory.rowsPerChunk,
    precision: {
      requested: execution.requestedDtype,
      format: arm.model.kind === 'onnx' ? 'onnx' : 'safetensors',
      stored: storedTypes(arm.model),
      computed: 'F32',
      ...(quantization ? { packed: quantizationFacts(quantization) } : {}),
    },
    host: {
      device_reason: runtime.deviceReason,
      cpu: host.cpu,
      ...(host.adapters ? { adapters: host.adapters } : {}),
      node: runtime.nodeVersion,
      hardening: runtime.layers,
      expected_memory_bytes: execution.memory.expectedPeakBytes,
      ...(memoryLimitBytes === undefined ? {} : { memory_limit_bytes: memoryLimitBytes }),
      ...(nativeLibraries ? { native_libraries: nativeLibraries } : {}),
    },
  };
}
