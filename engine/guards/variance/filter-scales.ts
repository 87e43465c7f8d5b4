/** Which scales are worth trying, and how far they may go. */
export interface ScaleLimits {
  readonly deadband: number;
  readonly min_abs_adjust: number;
  readonly max_scale_step: number;
  readonly topk_backstop: number;
  readonly max_adjusted_modules: number;
}

/**
 * Drops small adjustments, limits the rest to one step, and keeps the strongest (spec 03 §5.5). Where all are small, the
 * largest may stay as a backstop. When there are too many, up-scales go before down-scales, however large those are (Q27).
 */
export function filterScales(
  raw: Readonly<Record<string, number>>,
  limits: ScaleLimits,
): Record<string, number> {
  const candidates = Object.entries(raw).map(([name, scale]) => ({
    name,
    distance: Math.abs(scale - 1),
    scale: limited(scale, limits.max_scale_step),
  }));
  let kept = candidates.filter(({ distance }) => distance >= limits.min_abs_adjust);
  if (kept.length === 0 && limits.topk_backstop > 0) {
    const [best] = [...candidates].sort((a, b) => b.distance - a.distance);
    if (best && best.distance >= backstopThreshold(limits)) kept = [best];
  }
  const most = limits.max_adjusted_modules;
  if (most > 0 && kept.length > most) {
    const rank = ({ distance, scale }: (typeof kept)[number]) => distance + (scale >= 1 ? 2 : 0);
    kept = [...kept]
      .sort((a, b) => rank(b) - rank(a) || b.distance - a.distance || b.scale - a.scale)
      .slice(0, most);
  }
  return Object.fromEntries(kept.map(({ name, scale }) => [name, scale]));
}

function limited(scale: number, step: number): number {
  if (!(step > 0)) return scale;
  return 1 + Math.sign(scale - 1) * Math.min(Math.abs(scale - 1), step);
}

function backstopThreshold({ deadband, min_abs_adjust: least }: ScaleLimits): number {
  const threshold = Math.max(deadband / 2, least / 2);
  return least > 0 && threshold >= least ? least / 2 : threshold;
}
