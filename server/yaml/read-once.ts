import type { ConfigNode, ConfigSource } from '../../engine/config/config-node.ts';
import { readYaml, type YamlText, yamlNodes } from '../../engine/config/parse-yaml.ts';
import type { Checked } from '../../engine/core/findings.ts';

interface Read {
  readonly yaml: YamlText;
  readonly nodes: Map<string, Checked<ConfigNode>>;
}

/** A few texts are enough: the open document with and without the line of the cursor, and what it includes. */
const capacity = 6;
/** Trees take a hundred times the memory of their text, so fewer large ones are kept. */
const characterCapacity = 100_000;
const remembered = new Map<string, Read>();

/** What the YAML library makes of a text; every feature asks about the same text, and it is parsed once. */
export function readOnce(text: string): YamlText {
  return read(text).yaml;
}

/** `parseYaml`, remembered. */
export function parseOnce(text: string, source: ConfigSource): Checked<ConfigNode> {
  const { yaml, nodes } = read(text);
  const key = `${source.kind} ${source.file ?? ''}`;
  const known = nodes.get(key);
  if (known) return known;
  const made = yamlNodes(yaml, source);
  nodes.set(key, made);
  return made;
}

function read(text: string): Read {
  const known = remembered.get(text);
  if (known) return known;
  const made = { yaml: readYaml(text), nodes: new Map() };
  remembered.set(text, made);
  let characters = 0;
  for (const one of remembered.keys()) characters += one.length;
  for (const oldest of remembered.keys()) {
    const fits = remembered.size <= capacity && characters <= characterCapacity;
    if (fits || remembered.size <= 2) break;
    remembered.delete(oldest);
    characters -= oldest.length;
  }
  return made;
}
