import path from 'node:path';
import { nodeAt } from '../config/config-node.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Finding, TextRange } from '../core/findings.ts';

/** The line of a configuration that leads to a finding about something else: a model, the machine, the run as a whole. */
export interface Cause {
  readonly pointer: string;
  readonly file: string;
  readonly range: TextRange;
}

/** Settings that name what other findings are about. */
const paths = ['/certify/baseline', '/certify/subject', '/certify/cert_out', '/certify/out'];
const causes: Partial<Record<Finding['code'], readonly string[]>> = {
  D107: ['/certify/subject', '/certify/baseline'],
  D108: ['/certify/out'],
};

/**
 * Where in the configuration a finding begins that has no place in it; undefined for notes about the machine, which no
 * line causes, and for findings whose own place is in the configuration.
 *
 * @example causeInConfig({ code: 'M222', severity: 'error', message, file: '/models/a/model.safetensors' }, config)
 */
export function causeInConfig(finding: Finding, config: LoadedConfig): Cause | undefined {
  const { file, range, pointer, severity, code } = finding;
  if (range && file !== undefined && config.texts.has(file)) return undefined;
  const named = file === undefined ? [] : paths.filter((one) => isInside(config.resolvePath(one), file));
  // A value that a profile brings is written nowhere: its section is.
  const above: string[] = [];
  for (let at = pointer ?? ''; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) above.push(at);
  const fallback = severity === 'note' ? [] : ['/certify', '/dataset'];
  const isAboutRun = severity !== 'note' || pointer !== undefined;
  const candidates = [...named, ...above, ...(isAboutRun ? (causes[code] ?? []) : []), ...fallback];
  for (const one of candidates) {
    const place = placeAt(config, one);
    if (place) return { pointer: one, ...place };
  }
  return undefined;
}

function isInside(folder: string | undefined, file: string): boolean {
  if (folder === undefined) return false;
  const inside = path.relative(folder, file);
  return !inside.startsWith('..') && !path.isAbsolute(inside);
}

/** The value, or the key of a whole section. */
function placeAt(config: LoadedConfig, pointer: string): { file: string; range: TextRange } | undefined {
  const found = nodeAt(config.root, pointer);
  if (!found) return undefined;
  const { node, entry } = found;
  const isScalar = node.kind === 'scalar' && node.range && node.range.end > node.range.start;
  const range = isScalar ? node.range : entry?.keyRange;
  const file = (isScalar ? node.source : entry?.source)?.file;
  return range && file !== undefined ? { file, range } : undefined;
}
