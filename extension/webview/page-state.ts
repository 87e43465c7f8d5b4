import { savedState, saveState } from './host.ts';

interface PageState {
  readonly scrollTop: number;
  /** Identifiers of the parts that the reader has folded out. */
  readonly open: readonly string[];
}

let isRestored = false;

/** Remembers where the reader was, so that a panel that was hidden comes back as it was left. */
export function keepPageState(): void {
  window.addEventListener('scroll', keep, { passive: true });
  // "toggle" does not bubble, so it is caught on its way down.
  document.addEventListener('toggle', keep, { capture: true });
}

/** Puts the parts back as they were: the whole state once, what is folded out after every drawing. */
export function restorePageState(): void {
  const state = readState();
  for (const part of document.querySelectorAll('details')) part.open = state.open.includes(part.id);
  if (!isRestored) window.scrollTo(0, state.scrollTop);
  isRestored = true;
}

function keep(): void {
  if (!isRestored) return;
  const open = [...document.querySelectorAll('details[open]')].map((part) => part.id);
  saveState({ scrollTop: window.scrollY, open } satisfies PageState);
}

function readState(): PageState {
  const state = savedState();
  if (typeof state !== 'object' || state === null) return { scrollTop: 0, open: [] };
  const { scrollTop, open } = state as Partial<PageState>;
  return {
    scrollTop: typeof scrollTop === 'number' ? scrollTop : 0,
    open: Array.isArray(open) ? open.filter((id) => typeof id === 'string') : [],
  };
}
