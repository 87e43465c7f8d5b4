import type { ConfigNode, ConfigSource } from '../../engine/config/config-node.ts';
import { readYaml, type YamlText, yamlNodes } from '../../engine/config/parse-yaml.ts';
import type { Checked } from '../../engine/core/findings.ts';

interface Read {
  readonly yaml: YamlText;
  readonly nodes: Map<string, Checked<ConfigNode>>;
}

/** A few texts are enough: the open document before and after a change, and what it includes. */
const capacity = 6;
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
  for (const oldest of remembered.keys()) {
    if (remembered.size <= capacity) break;
    remembered.delete(oldest);
  }
  return made;
}
