import { halfEven } from '../numerics/half-even.ts';

/** A candidate of the selection: a text by its place, and how hard it is. */
export interface Candidate {
  readonly index: number;
  readonly difficulty: number;
}

export interface StratifiedArms<T extends Candidate> {
  readonly preview: readonly T[];
  readonly final: readonly T[];
}

/**
 * Selects preview and final from the candidates so that both are as hard as each other (spec 02 §2.3, steps 6 to 10):
 * evenly spaced by difficulty, neighbours to different arms, then swaps until the means agree. Undefined when the counts
 * cannot be reached.
 */
export function stratify<T extends Candidate>(
  candidates: readonly T[],
  previewN: number,
  finalN: number,
): StratifiedArms<T> | undefined {
  const sorted = candidates.toSorted(byDifficulty);
  const chosen = evenlySpaced(sorted, previewN + finalN).toSorted(byDifficulty);
  const arms = balance(allocate(chosen, previewN, finalN));
  if (arms.preview.length !== previewN || arms.final.length !== finalN) return undefined;
  return { preview: arms.preview.toSorted(byDifficulty), final: arms.final.toSorted(byDifficulty) };
}

interface Arms<T> {
  readonly preview: T[];
  readonly final: T[];
}

/** At most so many swaps, and means so close that no swap is tried. */
const MAX_SWAPS = 100;
const CLOSE_ENOUGH = 1e-4;
const LEAST_GAIN = 1e-6;

function byDifficulty(a: Candidate, b: Candidate): number {
  return a.difficulty - b.difficulty || a.index - b.index;
}

/** The candidate nearest to each of `count` evenly spaced places; places that are taken go to their next neighbour. */
function evenlySpaced<T>(sorted: readonly T[], count: number): T[] {
  const taken = new Set<number>();
  for (let slot = 0; slot < count && taken.size < sorted.length; slot += 1) {
    const base = halfEven(((slot + 0.5) * sorted.length) / count);
    for (let offset = 0; offset <= sorted.length; offset += 1) {
      const free = [base + offset, base - offset].find(
        (place) => place >= 0 && place < sorted.length && !taken.has(place),
      );
      if (free === undefined) continue;
      taken.add(free);
      break;
    }
  }
  for (let place = 0; place < sorted.length && taken.size < count; place += 1) taken.add(place);
  return [...taken].flatMap((place) => sorted[place] ?? []);
}

/** Neighbours in pairs: of one pair the easier text goes to the preview, of the next to the final arm. */
function allocate<T>(chosen: readonly T[], previewN: number, finalN: number): Arms<T> {
  const arms: Arms<T> = { preview: [], final: [] };
  const left: T[] = [];
  const room = { preview: previewN, final: finalN };
  const place = (item: T, first: keyof Arms<T>) => {
    const order: readonly (keyof Arms<T>)[] =
      first === 'preview' ? ['preview', 'final'] : ['final', 'preview'];
    const arm = order.find((name) => arms[name].length < room[name]);
    if (arm) arms[arm].push(item);
    else left.push(item);
  };
  for (let at = 0; at < chosen.length; at += 2) {
    const [easy, hard] = chosen.slice(at, at + 2);
    const isEven = at % 4 === 0;
    if (easy !== undefined) place(easy, hard === undefined || isEven ? 'preview' : 'final');
    if (hard !== undefined) place(hard, isEven ? 'final' : 'preview');
  }
  for (const item of left) {
    if (arms.preview.length < previewN) arms.preview.push(item);
    else if (arms.final.length < finalN) arms.final.push(item);
  }
  return arms;
}

/** Swaps the extremes of the arms while that brings their means together. */
function balance<T extends Candidate>(arms: Arms<T>): Arms<T> {
  const { preview, final } = arms;
  for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
    const gap = gapOf(arms);
    if (gap === undefined || Math.abs(gap) <= CLOSE_ENOUGH) break;
    const fromPreview = extreme(preview, gap < 0 ? -1 : 1);
    const fromFinal = extreme(final, gap < 0 ? 1 : -1);
    if (!fromPreview || !fromFinal) break;
    exchange(preview, fromPreview, fromFinal);
    exchange(final, fromFinal, fromPreview);
    const swapped = gapOf(arms) ?? 0;
    if (Math.abs(swapped) < Math.abs(gap) - LEAST_GAIN) continue;
    exchange(preview, fromFinal, fromPreview);
    exchange(final, fromPreview, fromFinal);
    break;
  }
  return arms;
}

function gapOf({ preview, final }: Arms<Candidate>): number | undefined {
  if (preview.length === 0 || final.length === 0) return undefined;
  return meanDifficulty(preview) - meanDifficulty(final);
}

/** Mean by additions from left to right (spec 02 EQ-49); 0 for nothing. */
export function meanDifficulty(arm: readonly Candidate[]): number {
  return arm.reduce((sum, { difficulty }) => sum + difficulty, 0) / Math.max(arm.length, 1);
}

/** The hardest (sign 1) or easiest (−1); of equals the first. */
function extreme<T extends Candidate>(arm: readonly T[], sign: 1 | -1): T | undefined {
  return arm.reduce<T | undefined>(
    (best, item) => (best === undefined || sign * item.difficulty > sign * best.difficulty ? item : best),
    undefined,
  );
}

function exchange<T>(arm: T[], leaving: T, coming: T): void {
  arm.splice(arm.indexOf(leaving), 1);
  arm.push(coming);
}
