import {
  signed,
  type TokenView,
  type WorstWindowsView,
  type WorstWindowView,
} from './certificate-view-worst-windows.ts';
import { escapeHtml } from './escape-html.ts';

/** The windows that got worst as text, each token coloured by its difference. Every text of a model is escaped. */
export function htmlWorstWindows(worst: WorstWindowsView | null): string {
  if (!worst) return '';
  const windows = worst.windows.map(windowHtml);
  return [`<p class="quiet">${escapeHtml(worst.summary)}</p>`, ...windows].join('\n');
}

function windowHtml({ title, baseline, subject, delta, extent, tokens }: WorstWindowView): string {
  const losses = `loss ${baseline.toFixed(4)} → ${subject.toFixed(4)} (${signed(delta)})`;
  const head = `<h3>${escapeHtml(title)}: ${losses}</h3>`;
  if (tokens.length === 0) return head;
  return `${head}\n<p class="quiet">${escapeHtml(extent)}</p>\n<p class="tokens">${tokens.map(tokenHtml).join('')}</p>`;
}

function tokenHtml({ text, baseline, subject, delta, level }: TokenView): string {
  const title = `${baseline.toFixed(3)} → ${subject.toFixed(3)} (${signed(delta, 3)})`;
  const name = level === 0 ? 'same' : level > 0 ? `worse${level}` : `better${-level}`;
  const lines = text.replaceAll('\t', '⇥').replaceAll('\r', '␍').split('\n').map(escapeHtml);
  return `<span class="${name}" title="${escapeHtml(title)}">${lines.join('⏎<br>')}</span>`;
}
