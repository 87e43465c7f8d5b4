import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from '../../artifacts/onnx/onnx-model.ts';
import { mapAttributes, renameNodes } from '../instrument/rename-nodes.ts';

/** Exporters nest modules, and modules of language models are some levels deep. */
const mostDepth = 32;
const mostNodes = 250_000;

/**
 * Puts the bodies of functions in the place of their calls, so that everything after this sees one flat graph: the
 * runtime would do the same. A function whose body was written for other versions of the operators stays one.
 *
 * Undefined when the functions call each other in a circle, or grow beyond all bounds.
 */
export function inlineFunctions(model: OnnxModel): OnnxModel | undefined {
  const versions: Readonly<Record<string, number>> = { '': model.opset, ...model.domains };
  const functions = new Map<string, OnnxFunction>();
  for (const body of model.functions ?? []) if (hasVersions(body, versions)) functions.set(keyOf(body), body);
  if (functions.size === 0) return model;
  const inliner: Inliner = { functions, calls: 0, nodesLeft: mostNodes };
  const graph = inlineGraph(inliner, model, 0);
  if (!graph) return undefined;
  const kept = model.functions?.filter((body) => !functions.has(keyOf(body))) ?? [];
  return { ...model, nodes: graph.nodes, functions: kept };
}

interface Inliner {
  readonly functions: ReadonlyMap<string, OnnxFunction>;
  calls: number;
  nodesLeft: number;
}

/** Domains of the functions themselves have versions that say nothing about operators. */
function hasVersions(body: OnnxFunction, versions: Readonly<Record<string, number>>): boolean {
  return ['', 'com.microsoft', 'ai.onnx.ml'].every(
    (domain) => body.opsets[domain] === undefined || body.opsets[domain] === versions[domain],
  );
}

function keyOf(body: { readonly domain: string; readonly name: string; readonly overload: string }): string {
  return JSON.stringify([body.domain, body.name, body.overload]);
}

function inlineGraph<T extends OnnxGraph>(inliner: Inliner, graph: T, depth: number): T | undefined {
  const nodes = inlineNodes(inliner, graph.nodes, depth);
  return nodes && { ...graph, nodes };
}

function inlineNodes(inliner: Inliner, nodes: readonly OnnxNode[], depth: number): OnnxNode[] | undefined {
  if (depth > mostDepth) return undefined;
  const result: OnnxNode[] = [];
  for (const node of nodes) {
    inliner.nodesLeft -= 1;
    if (inliner.nodesLeft < 0) return undefined;
    const body = inliner.functions.get(
      keyOf({ domain: node.domain ?? '', name: node.op, overload: node.overload ?? '' }),
    );
    const replaced = body
      ? inlineNodes(inliner, calledBody(inliner, node, body), depth + 1)
      : inlineInside(inliner, node, depth);
    if (!replaced) return undefined;
    // Spreading would put a whole module on the call stack.
    for (const inner of replaced) result.push(inner);
  }
  return result;
}

/** A node that is no call may hold graphs with calls. */
function inlineInside(inliner: Inliner, node: OnnxNode, depth: number): OnnxNode[] | undefined {
  let isBounded = true;
  const attributes = mapAttributes(node.attributes, (attribute) => {
    if (attribute.kind !== 'graph') return attribute;
    const value = inlineGraph(inliner, attribute.value, depth + 1);
    isBounded &&= value !== undefined;
    return { kind: 'graph', value: value ?? attribute.value };
  });
  return isBounded ? [{ ...node, attributes }] : undefined;
}

function calledBody(inliner: Inliner, call: OnnxNode, body: OnnxFunction): OnnxNode[] {
  inliner.calls += 1;
  const prefix = `${call.op}#${inliner.calls}/`;
  const actual = new Map<string, string>();
  for (const [i, name] of body.inputs.entries()) actual.set(name, call.inputs[i] ?? '');
  const copies: OnnxNode[] = [];
  for (const [i, name] of body.outputs.entries()) {
    const output = call.outputs[i] ?? '';
    if (output === '') continue;
    // A function may give back what it got: then the caller's two names stand for one value.
    const given = actual.get(name);
    if (given === undefined) actual.set(name, output);
    else
      copies.push({
        name: `${prefix}${name}`,
        op: 'Identity',
        inputs: [given],
        outputs: [output],
        attributes: {},
      });
  }
  const modulePath = call.modulePath;
  const nodes = renameNodes(body.nodes, (name) => actual.get(name) ?? `${prefix}${name}`).map((node) => ({
    ...node,
    ...(node.modulePath === undefined && modulePath !== undefined && { modulePath }),
    attributes: boundAttributes(node.attributes, call, body),
  }));
  return [...nodes, ...copies];
}

/** Attributes that refer to the caller's get its value, else the function's default, else they are left out. */
function boundAttributes(
  attributes: OnnxNode['attributes'],
  call: OnnxNode,
  body: OnnxFunction,
): OnnxNode['attributes'] {
  return mapAttributes(attributes, (attribute) => {
    if (attribute.kind === 'reference')
      return own(call.attributes, attribute.to) ?? own(body.attributeDefaults, attribute.to);
    if (attribute.kind !== 'graph') return attribute;
    const nodes = attribute.value.nodes.map((node) => ({
      ...node,
      attributes: boundAttributes(node.attributes, call, body),
    }));
    return { kind: 'graph', value: { ...attribute.value, nodes } };
  });
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
