import { isObject } from '../core/json-access.ts';
import { type JsonNode, taggedValue } from '../core/json-node.ts';
import { readJson } from '../core/json-reader.ts';
import { writeJson } from '../core/json-writer.ts';
import { PythonFloat } from '../core/python-json.ts';

/**
 * The text of a JSON file as it is when it is standard JSON; else written again with null where NaN and Infinity stood
 * (spec 04 CQ-24).
 */
export function standardJson({ text, root }: { readonly text: string; readonly root: JsonNode }): string {
  return readJson(text).value ? text : writeJson(finite(taggedValue(root)));
}

function finite(value: unknown): unknown {
  if (value instanceof PythonFloat) return Number.isFinite(value.value) ? value : null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(finite);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, finite(member)]));
}
