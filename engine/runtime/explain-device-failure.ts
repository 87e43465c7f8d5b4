/** What ONNX Runtime's own words mean, and what to do. Measured texts; the rest is passed on as it is. */
const known: readonly (readonly [RegExp, string])[] = [
  [
    /ExecutionProvider_(?:Cuda|TensorRT)\b[\s\S]*Failed to load shared library/iu,
    'the CUDA libraries are missing or cannot be loaded: the provider needs libonnxruntime_providers_cuda beside ONNX Runtime, and CUDA 12 with cuDNN 9 on INVARLOCK_LIBRARY_PATH',
  ],
  [/CUDA failure \d+|no CUDA-capable device|cudaErrorNoDevice/iu, 'the CUDA driver reports no usable card'],
  [
    /Failed to get a WebGPU adapter/iu,
    'no graphics adapter was found: install a Vulkan driver (Linux), or update the graphics driver',
  ],
  [/backend not found/iu, 'ONNX Runtime for this system is built without it'],
  [/DXGI|D3D12|DirectML/u, 'DirectML found no adapter with DirectX 12'],
];

/** One clause without a full stop. */
export function explainDeviceFailure(message: string): string {
  const text = message.replaceAll(/\s+/gu, ' ').trim();
  const meaning = known.find(([pattern]) => pattern.test(text))?.[1];
  const said = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return meaning === undefined ? said : `${meaning} (ONNX Runtime: ${said})`;
}
