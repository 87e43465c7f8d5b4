import type { PanelMessage } from '../protocol/certificate-messages.ts';
import { certificatePage } from './certificate-page.ts';
import { element } from './dom.ts';
import { sendRequest } from './host.ts';
import { keepPageState, restorePageState } from './page-state.ts';
import './theme.css';

/** Draws what the extension sends. The page keeps nothing that the next message does not bring again. */
const host = document.getElementById('certificate');

function show(message: PanelMessage): void {
  if (!host) return;
  host.replaceChildren(
    ...(message.kind === 'view'
      ? certificatePage(message)
      : [
          element('h1', {}, 'This certificate cannot be shown'),
          element('p', {}, message.reason),
          element('p', { class: 'quiet' }, message.fileName),
        ]),
  );
  restorePageState();
}

window.addEventListener('message', (event: MessageEvent<PanelMessage>) => show(event.data));
keepPageState();
sendRequest({ kind: 'ready' });
