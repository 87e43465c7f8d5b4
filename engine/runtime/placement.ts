/** Where the nodes of a graph ran, as ONNX Runtime's own profile says. */
export interface Placement {
  /** Execution provider → nodes that ran on it, names in order. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Operators that ran on the CPU although another provider was asked for, in order; empty on the CPU. */
  readonly cpuOperators: readonly string[];
}

const cpuProvider = 'CPUExecutionProvider';

/**
 * Reads the profile of one run. A requested provider is no proof that anything ran there: nodes without a kernel on it
 * go to the CPU without a word, and shape computations always do.
 */
export function readPlacement(profile: string): Placement {
  const nodes = new Map<string, number>();
  const cpuOperators = new Set<string>();
  for (const event of eventsOf(profile)) {
    const { provider, op_name: operator } = event;
    if (typeof provider !== 'string' || provider === '') continue;
    nodes.set(provider, (nodes.get(provider) ?? 0) + 1);
    if (provider === cpuProvider && typeof operator === 'string') cpuOperators.add(operator);
  }
  const isMixed = [...nodes.keys()].some((provider) => provider !== cpuProvider);
  return {
    nodes: Object.fromEntries([...nodes].sort(([a], [b]) => (a < b ? -1 : 1))),
    cpuOperators: isMixed ? [...cpuOperators].sort() : [],
  };
}

/** Whether anything ran on another provider than the CPU. */
export function usesAccelerator({ nodes }: Placement): boolean {
  return Object.keys(nodes).some((provider) => provider !== cpuProvider);
}

function* eventsOf(profile: string): Generator<Readonly<Record<string, unknown>>> {
  const events: unknown = JSON.parse(profile);
  if (!Array.isArray(events)) return;
  for (const event of events as readonly { cat?: unknown; name?: unknown; args?: unknown }[]) {
    const isKernel = event.cat === 'Node' && String(event.name).endsWith('_kernel_time');
    if (isKernel && typeof event.args === 'object' && event.args !== null)
      yield event.args as Readonly<Record<string, unknown>>;
  }
}
