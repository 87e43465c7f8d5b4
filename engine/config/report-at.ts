import type { Finding, Severity, TextFix, TextRange } from '../core/findings.ts';
import type { ConfigNode, MappingEntry } from './config-node.ts';
import type { Schema } from './config-schema.ts';

/** A value under examination, and where its findings go. */
export interface Place {
  readonly node: ConfigNode;
  /** The entry that holds the node, when its parent is a mapping. */
  readonly entry?: MappingEntry;
  /** The key for messages; items of a list carry the key of the list. */
  readonly key?: string;
  readonly pointer: string;
  readonly findings: Finding[];
  /** Sections in which a key that is wrong here may be right; a file of another kind has none. */
  readonly sections?: Readonly<Record<string, Schema>>;
}

/** Adds a finding at the value or at the key of a place, in the file in which that was written. */
export function report(
  place: Place,
  code: Finding['code'],
  severity: Severity,
  message: string,
  where: 'key' | 'value',
  facts: { readonly expected?: unknown; readonly actual?: unknown; readonly fix?: TextFix } = {},
): void {
  const { range, file } = whereIs(place, where);
  place.findings.push({
    code,
    severity,
    message,
    pointer: place.pointer,
    ...(file !== undefined && { file }),
    ...(range && { range }),
    ...facts,
  });
}

/** An empty value has no width to underline, so its key is underlined instead. */
function whereIs(
  place: Place,
  where: 'key' | 'value',
): { range: TextRange | undefined; file: string | undefined } {
  const { entry, node } = place;
  const hasWidth = node.range !== undefined && node.range.end > node.range.start;
  if (entry?.keyRange && (where === 'key' || !hasWidth))
    return { range: entry.keyRange, file: entry.source.file };
  return { range: node.range, file: node.source.file };
}
