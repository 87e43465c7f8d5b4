/** How the entries of a schedule are divided, and what was noticed on the way. */
export interface ArmSlices {
  readonly preview: number;
  readonly final: number;
  readonly notes: readonly ('data_scaled' | 'window_shortage' | 'final_window_shortage')[];
}

/**
 * Divides `available` entries into arms (spec 02 §4.1): half of them and as many again where nothing was asked for, never more
 * than there are. Undefined when no entry or no arm is left.
 */
export function sliceArms(
  available: number,
  requested: { readonly preview?: number; readonly final?: number },
): ArmSlices | undefined {
  const asked = requested.preview ?? Math.max(Math.floor(available / 2), 1);
  let preview = Math.max(0, asked);
  let final = Math.max(0, requested.final ?? asked);
  if (available === 0 || preview + final === 0) return undefined;
  const notes: ArmSlices['notes'][number][] = [];
  const wantedPreview = preview;
  if (Math.max(preview, final) > available) {
    notes.push('data_scaled');
    preview = Math.min(preview, available);
    final = Math.min(final, available);
  }
  if (wantedPreview > available) notes.push('window_shortage');
  const rest = available - preview;
  if (final > rest) {
    notes.push('final_window_shortage');
    final = rest;
  }
  return { preview, final, notes };
}
