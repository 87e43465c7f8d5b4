/**
 * The candidate that a misspelt word most likely means, or undefined when none is near.
 *
 * @example didYouMean('sed', ['seed', 'split']) // 'seed'
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  // A third of the letters may be wrong, so that short words do not match everything.
  let best = Math.max(1, Math.min(3, Math.floor(lower.length / 3))) + 1;
  let nearest: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - lower.length) >= best) continue;
    const distance = editDistance(simplified(lower), simplified(candidate.toLowerCase()), best);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Hyphens, spaces and underscores are the same slip of the finger. */
function simplified(word: string): string {
  return word.replace(/[-\s_]/g, '');
}

/** Optimal string alignment distance: insert, delete, replace, or swap two neighbours; stops counting at `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (previous[column - 1] ?? limit) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] ?? limit) + 1);
      current.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
