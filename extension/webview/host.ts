import type { PanelRequest } from '../protocol/certificate-messages.ts';

export type { PanelRequest };

interface Host {
  postMessage(message: PanelRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

// May be acquired once only, and stays private to this module.
const host = acquireVsCodeApi();

/** Asks the extension for something. */
export function sendRequest(request: PanelRequest): void {
  host.postMessage(request);
}

export function savedState(): unknown {
  return host.getState();
}

export function saveState(state: unknown): void {
  host.setState(state);
}
