import { codes } from '../codes/index.ts';
import type { Finding, TextRange } from '../core/findings.ts';

/** A comment that silences codes on one line of one file. */
interface Suppression {
  readonly codes: readonly { readonly code: string; readonly range: TextRange }[];
  /** The line that it speaks about. */
  readonly line: TextRange;
}

const directive = /(?<=^|\s)#\s*invarlock-disable-(line|next-line)((?:[\s,]+[A-Z]\d{3}\b)+)/g;

/**
 * Leaves out the warnings and notes that a comment on their line, or on the line above, silences:
 * `# invarlock-disable-line C118` and `# invarlock-disable-next-line C118, C133`.
 *
 * Errors stay: they stop a run, so an editor that hid them would disagree with the command line. A comment that names
 * one says so (C191).
 */
export function withoutSuppressed(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
): readonly Finding[] {
  const suppressions = new Map<string, readonly Suppression[]>();
  for (const [file, text] of texts) {
    // Most files have none; those are not searched line by line.
    if (text.includes('invarlock-disable-')) suppressions.set(file, suppressionsOf(text));
  }
  if (suppressions.size === 0) return findings;
  const kept = findings.filter(
    (finding) => finding.severity === 'error' || !isSilenced(finding, suppressions.get(finding.file ?? '')),
  );
  return [...kept, ...uselessOnes(suppressions, kept)];
}

/** Every suppression of a text, in order. */
function suppressionsOf(text: string): Suppression[] {
  const found: Suppression[] = [];
  let forNext: ReturnType<typeof directivesIn> = [];
  for (const { 0: content, index: start } of text.matchAll(/[^\r\n]*(?:\r\n|\r|\n|$)/g)) {
    const line = { start, end: start + content.trimEnd().length };
    const here = directivesIn(content, start);
    for (const { codes: named } of [...forNext, ...here.filter(({ next }) => !next)])
      found.push({ codes: named, line });
    forNext = here.filter(({ next }) => next);
  }
  return found;
}

function directivesIn(line: string, offset: number) {
  return [...line.matchAll(directive)].map((match) => {
    const names = match[2] ?? '';
    const from = offset + match.index + match[0].length - names.length;
    return {
      next: match[1] === 'next-line',
      codes: [...names.matchAll(/[A-Z]\d{3}/g)].map((name) => ({
        code: name[0],
        range: { start: from + name.index, end: from + name.index + name[0].length },
      })),
    };
  });
}

function isSilenced(finding: Finding, suppressions: readonly Suppression[] | undefined): boolean {
  return (suppressions ?? []).some(
    ({ codes: named, line }) => named.some(({ code }) => code === finding.code) && isOn(line, finding),
  );
}

function isOn(line: TextRange, { range }: Finding): boolean {
  return range !== undefined && line.start <= range.start && range.start <= line.end;
}

function uselessOnes(
  suppressions: ReadonlyMap<string, readonly Suppression[]>,
  kept: readonly Finding[],
): Finding[] {
  const notes: Finding[] = [];
  for (const [file, list] of suppressions) {
    const own = kept.filter((finding) => finding.file === file);
    for (const { codes: named, line } of list) {
      for (const { code, range } of named) {
        const isError = own.some((finding) => finding.code === code && isOn(line, finding));
        if (Object.hasOwn(codes, code) && !isError) continue;
        const message = isError
          ? `${code} is an error here, and errors cannot be suppressed.`
          : `There is no code ${code}.`;
        notes.push({ code: 'C191', severity: 'note', message, file, range, actual: code });
      }
    }
  }
  return notes;
}
