import type { OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { namesRead } from './rename-nodes.ts';

/**
 * The nodes that `outputs` depend on, each after what it reads, and every name that is in use. Nodes that wait for each
 * other in a circle come out in the order they were given; the runtime refuses them.
 */
export function orderedNodes(
  nodes: readonly OnnxNode[],
  outputs: readonly string[],
): { readonly nodes: readonly OnnxNode[]; readonly used: ReadonlySet<string> } {
  const producers = new Map<string, OnnxNode>();
  for (const node of nodes) for (const name of node.outputs) if (name !== '') producers.set(name, node);
  const used = new Set<string>();
  const state = new Map<OnnxNode, 'entered' | 'done'>();
  const ordered: OnnxNode[] = [];
  // Graphs have some thousand nodes in a row, so the way down is kept in a list and not on the call stack.
  const pending: { readonly node: OnnxNode; readonly isLeaving: boolean }[] = [];
  const want = (name: string): void => {
    used.add(name);
    const node = producers.get(name);
    if (node && !state.has(node)) pending.push({ node, isLeaving: false });
  };
  for (const output of outputs) {
    want(output);
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { node, isLeaving } = next;
      if (isLeaving) {
        state.set(node, 'done');
        ordered.push(node);
      } else if (!state.has(node)) {
        state.set(node, 'entered');
        pending.push({ node, isLeaving: true });
        for (const name of node.outputs) used.add(name);
        for (const name of [...namesRead(node)].reverse()) want(name);
      }
    }
  }
  return { nodes: ordered, used };
}
