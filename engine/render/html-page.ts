import { createHash } from 'node:crypto';
import type { FactRow } from './certificate-view.ts';
import { escapeHtml } from './escape-html.ts';
import { pageStyle } from './html-style.ts';

export interface PageOptions {
  /** False leaves the style out, for pages that bring their own (spec 04 §4.8). Default true. */
  readonly embedStyle?: boolean;
}

/** A page that needs no other file. Its parts are HTML already; empty ones are left out. */
export function htmlPage(
  title: string,
  heading: string,
  parts: readonly string[],
  { embedStyle = true }: PageOptions = {},
): string {
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentPolicy(embedStyle))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    embedStyle ? `<style>${pageStyle}</style>` : '',
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeHtml(heading)}</h1>`,
    ...parts,
    '</main>',
    '</body>',
    '</html>',
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

/** Nothing is loaded and nothing runs; the one style is allowed by its digest, or one beside the page by its origin. */
function contentPolicy(embedStyle: boolean): string {
  const style = embedStyle ? `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'` : "'self'";
  return `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'`;
}

export function section(title: string, content: string): string {
  return content === '' ? '' : `<section>\n<h2>${escapeHtml(title)}</h2>\n${content}\n</section>`;
}

export function facts(rows: readonly FactRow[]): string {
  if (rows.length === 0) return '';
  const body = rows.map(
    ({ label, value }) =>
      `<tr><th scope="row">${escapeHtml(label)}</th><td class="value">${escapeHtml(value)}</td></tr>`,
  );
  return `<div class="scroll"><table><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** Cells are HTML already; the callers escape. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headCells = head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<div class="scroll"><table><thead><tr>${headCells}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
