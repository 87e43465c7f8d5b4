/** Variables that a child needs to find its libraries, its home and a place for temporary files; no others are passed. */
const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'ELECTRON_RUN_AS_NODE'];

/** Native code that the user asks to have loaded into the engine child. Nothing of the kind is inherited. */
export interface NativeLibraries {
  /** Manifest of a Vulkan driver (`…_icd.json`), for WebGPU on a machine whose own drivers are not to be used. */
  readonly vulkanDriver?: string | undefined;
  /** Folders with the shared libraries of CUDA and cuDNN, as LD_LIBRARY_PATH has them. */
  readonly libraryPath?: string | undefined;
}

/**
 * The environment of the engine child. NODE_OPTIONS and loader variables of the parent stay out, so that nothing else
 * is loaded into it. ONNX Runtime's Linux library reports home by default; this exact variable is what stops it.
 */
export function cleanEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  platform: string,
  libraries: NativeLibraries = {},
): Record<string, string> {
  const environment: Record<string, string> = { ORT_DISABLE_TELEMETRY: '1' };
  // Windows spells its variables in any case.
  const same = (a: string, b: string): boolean =>
    platform === 'win32' ? a.toLowerCase() === b.toLowerCase() : a === b;
  for (const [name, value] of Object.entries(parent)) {
    const keep = kept.find((wanted) => same(wanted, name));
    if (keep !== undefined && value !== undefined) environment[keep] = value;
  }
  // TensorFloat-32 rounds the factors of every product to ten bits; the losses would no longer be comparable.
  environment.NVIDIA_TF32_OVERRIDE = '0';
  const { vulkanDriver, libraryPath } = libraries;
  if (vulkanDriver !== undefined) {
    // The loader of Vulkan reads the first, older ones the second.
    environment.VK_DRIVER_FILES = vulkanDriver;
    environment.VK_ICD_FILENAMES = vulkanDriver;
  }
  if (libraryPath !== undefined && platform !== 'win32') environment.LD_LIBRARY_PATH = libraryPath;
  return environment;
}
