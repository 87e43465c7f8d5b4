import { type Document, parseDocument, type YAMLError } from 'yaml';
import type { Checked, Finding, TextRange } from '../core/findings.ts';
import type { ConfigNode, ConfigSource } from './config-node.ts';
import { yamlLimits } from './yaml-limits.ts';
import { yamlToNode } from './yaml-to-node.ts';

/** A text read by the YAML library: its tree, and what was wrong on the way. The findings name no file yet. */
export interface YamlText {
  readonly document: Document | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads YAML 1.2 (core schema, merge keys, the one tag `!include`) into nodes with exact ranges. Parsing goes on after
 * an error, so half-typed documents still give a tree. JSON is YAML, so JSON files are read too.
 */
export function parseYaml(text: string, source: ConfigSource): Checked<ConfigNode> {
  return yamlNodes(readYaml(text), source);
}

/** The nodes of a text that was read already: an editor reads it once and asks many things. */
export function yamlNodes({ document, findings }: YamlText, source: ConfigSource): Checked<ConfigNode> {
  const place = source.file === undefined ? {} : { file: source.file };
  const own = findings.map((finding) => ({ ...finding, ...place }));
  if (!document?.contents) return { value: undefined, findings: own };
  const converted = yamlToNode(document.contents, source);
  return { value: converted.value, findings: [...own, ...converted.findings] };
}

/** Parses within limits. */
export function readYaml(text: string): YamlText {
  if (text.length > yamlLimits.sizeBytes) {
    const message = `This file has ${text.length} characters; the limit is ${yamlLimits.sizeBytes}. Split it with !include.`;
    return beyondLimits(text, message);
  }
  if (openBrackets(text) > yamlLimits.openBrackets) {
    const message = `This file opens more than ${yamlLimits.openBrackets} brackets in each other.`;
    return beyondLimits(text, message);
  }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: true,
      // Duplicates are found while converting: the library's own search is quadratic.
      uniqueKeys: false,
      prettyErrors: false,
      customTags: (tags) => [...tags, { tag: '!include', resolve: (value: string) => value }],
    });
    return { document, findings: telling(document.errors).map((error) => syntaxFinding(error, text)) };
  } catch (error) {
    // Nesting of many thousand levels exhausts the parser's stack.
    const message = `This file is nested too deeply to be read (${error instanceof Error ? error.message : 'unknown failure'}).`;
    return beyondLimits(text, message);
  }
}

function beyondLimits(text: string, message: string): YamlText {
  return {
    document: undefined,
    findings: [{ code: 'C103', severity: 'error', message, range: startOf(text) }],
  };
}

function syntaxFinding(error: YAMLError, text: string): Finding {
  const start = Math.min(error.pos[0], text.length);
  const end = Math.min(Math.max(error.pos[1], start + 1), Math.max(text.length, start));
  const message = `${sentence(error)}${hint(error)}`;
  return { code: 'C101', severity: 'error', message, range: { start, end } };
}

/** A tab takes the nesting away from all lines below it: what the parser then stumbles over is its consequence. */
function telling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.findIndex(({ code }) => code === 'TAB_AS_INDENT');
  return first < 0 ? errors : errors.filter(({ code }, index) => index <= first || code === 'TAB_AS_INDENT');
}

/** The library's message as a sentence, without the position that it appends. */
function sentence(error: YAMLError): string {
  // Its own words advise another function of the library.
  if (error.code === 'MULTIPLE_DOCS') return 'A second document starts here.';
  const text = error.message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function hint(error: YAMLError): string {
  if (error.code === 'TAB_AS_INDENT') return ' Indent with spaces.';
  if (error.code === 'MULTIPLE_DOCS') return ' A configuration is one document: remove the `---` line.';
  return '';
}

/** The deepest nesting of brackets; those in quotes and comments count too, which no honest file comes near with. */
function openBrackets(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if ((unit === 0x5d || unit === 0x7d) && depth > 0) depth -= 1;
  }
  return deepest;
}

function startOf(text: string): TextRange {
  const end = text.search(/[\r\n]/);
  return { start: 0, end: end < 0 ? text.length : end };
}
