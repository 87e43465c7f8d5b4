/** Variables that a child needs to find its libraries, its home and a place for temporary files; no others are passed. */
const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'ELECTRON_RUN_AS_NODE'];

/**
 * The environment of the engine child. NODE_OPTIONS and loader variables of the parent stay out, so that nothing else
 * is loaded into it. ONNX Runtime's Linux library reports home by default; this exact variable is what stops it.
 */
export function cleanEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
  platform: string,
): Record<string, string> {
  const environment: Record<string, string> = { ORT_DISABLE_TELEMETRY: '1' };
  // Windows spells its variables in any case.
  const same = (a: string, b: string): boolean =>
    platform === 'win32' ? a.toLowerCase() === b.toLowerCase() : a === b;
  for (const [name, value] of Object.entries(parent)) {
    const keep = kept.find((wanted) => same(wanted, name));
    if (keep !== undefined && value !== undefined) environment[keep] = value;
  }
  return environment;
}
