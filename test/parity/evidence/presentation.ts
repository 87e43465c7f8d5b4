import { readFileSync } from 'node:fs';
import path from 'node:path';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { type CertificateView, certificateView } from '../../../engine/render/certificate-view.ts';
import { renderMarkdown } from '../../../engine/render/markdown.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';

/** Titles of ours that the reference spells otherwise. */
const LABELS: Readonly<Record<string, string>> = {
  Invariants: 'Invariants Pass',
  'Spectral Stability': 'Spectral Stable',
  'RMT Health': 'Rmt Stable',
};

/** The outcomes that the reference's console block shows of its own certificates (spec 04 §7). */
export const consoleExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) =>
    presented(
      json,
      folder,
      ({ console_block: block }) => outcomes(block.rows),
      (view, expected) => {
        const rows = [...view.gates, ...view.guards];
        return outcomes(
          expected.console_block.rows.map(({ label }: Golden) => {
            const row = rows.find(({ title }) => (LABELS[title] ?? title) === label);
            // A guard that did not run counted as passed in the reference; here it is not evaluated (CQ-29).
            const isIdle = row?.status === 'not_evaluated' && view.guards.includes(row);
            return { label, ok: isIdle || row?.status === 'pass' };
          }),
        );
      },
    ),
};

/** The headings and the rows of the gates in the reference's Markdown of its own certificates. */
export const markdownExpected: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) =>
    presented(
      json,
      folder,
      ({ headings, quality_gates: gates }) => ({
        // Compression and inference diagnostics are not in this version.
        headings: headings.filter((heading: string) => !heading.endsWith(' Diagnostics')),
        // The last column is free wording, and a note about hysteresis stands in the row here.
        gates: gates
          .filter((row: string[]) => row.length > 1)
          .map((row: string[]) => row.slice(0, 5).map((cell) => (cell.startsWith('nan') ? 'N/A' : cell))),
      }),
      (view, expected) => {
        const text = renderMarkdown(view);
        const headings = text.split('\n').filter((line) => line.startsWith('#'));
        return {
          headings: headings.filter((heading) => expected.headings.includes(heading)),
          gates: cells(text, '## Quality Gates').map((row) => row.slice(0, 5)),
        };
      },
    ),
};

function presented(
  json: Golden,
  folder: string,
  wanted: (expected: Golden) => Golden,
  given: (view: CertificateView, expected: Golden) => Golden,
): ParityCase[] {
  return Object.entries<Golden>(json).map(([name, expected]) => {
    const certificate = certificateOf(path.join(folder, 'make-certificate', name, 'certificate.json'));
    return {
      name,
      input: { certificate },
      expected: wanted(expected),
      defects: [],
      actual: () => given(certificateView(certificate), expected),
    };
  });
}

function certificateOf(file: string): Golden {
  const node = readJson(readFileSync(file, 'utf8'), { mode: 'lenient' }).value;
  return node && plainValue(node);
}

function outcomes(rows: readonly Golden[]): Golden {
  return Object.fromEntries(rows.map(({ label, ok }) => [label, ok]));
}

/** The cells of the table under a heading, without its head. */
function cells(markdown: string, heading: string): string[][] {
  const lines = markdown
    .slice(markdown.indexOf(`${heading}\n`))
    .split('\n')
    .slice(1);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(' | '));
}
