import { expect, test } from 'vitest';
import { readPlacement, usesAccelerator } from '../../../engine/runtime/placement.ts';

const kernel = (name: string, provider: string, operator: string) => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  args: { provider, op_name: operator },
});
const cpu = 'CPUExecutionProvider';
const webgpu = 'WebGpuExecutionProvider';

test('nodes are counted by provider, and operators that stayed on the CPU are named', () => {
  const profile = [
    { cat: 'Session', name: 'model_run', args: {} },
    kernel('Gemm_1', webgpu, 'Gemm'),
    kernel('Shape_2', cpu, 'Shape'),
    kernel('Shape_3', cpu, 'Shape'),
    kernel('Gather_4', cpu, 'Gather'),
    // The time between two kernels is no node of its own.
    { ...kernel('Gemm_1', webgpu, 'Gemm'), name: 'Gemm_1_fence_before' },
  ];
  const placement = readPlacement(JSON.stringify(profile));
  expect(placement).toEqual({ nodes: { [cpu]: 3, [webgpu]: 1 }, cpuOperators: ['Gather', 'Shape'] });
  expect(usesAccelerator(placement)).toBe(true);
});

test('on the CPU no operator is an exception', () => {
  const placement = readPlacement(JSON.stringify([kernel('Gemm_1', cpu, 'Gemm')]));
  expect(placement).toEqual({ nodes: { [cpu]: 1 }, cpuOperators: [] });
  expect(usesAccelerator(placement)).toBe(false);
});

test('a profile of something else is empty', () => {
  expect(readPlacement('{"traceEvents": []}')).toEqual({ nodes: {}, cpuOperators: [] });
});
