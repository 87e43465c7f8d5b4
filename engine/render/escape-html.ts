import { printable } from './console-lines.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The one way text gets into a page, as content and as an attribute's value alike. */
export function escapeHtml(text: string): string {
  return printable(text).replaceAll(/[&<>"']/gu, (character) => ENTITIES[character] ?? '');
}
