import { coverageFloors } from '../../policy/tiers.ts';
import { profileOverlays } from '../profile-overlays.ts';
import type { RuleView } from './rule.ts';

/** One window is one text, so `max_samples` bounds the windows of both arms together (spec 02 §1.8). */
export function windowBudget(view: RuleView): void {
  const pointer = ['/dataset/provider/max_samples', '/dataset/max_samples'].find((one) => view.has(one));
  if (pointer === undefined) return;
  const texts = view.number(pointer);
  const windows = leastWindows(view);
  if (texts === undefined || texts >= windows.count) return;
  const fix = view.replaceFix(pointer, `Raise max_samples to ${windows.count}`, String(windows.count));
  const message = `max_samples is ${texts}, but ${windows.count} windows are needed${windows.why}. Every window needs a text of its own.`;
  view.report(pointer, 'value', 'C136', 'error', message, {
    expected: windows.count,
    actual: texts,
    ...(fix && { fix }),
  });
}

/** How many windows both arms need at least: a profile that is not known yet may only raise what the file says. */
export function leastWindows(view: RuleView): { readonly count: number; readonly why: string } {
  const overlay = view.profile && profileOverlays[view.profile];
  const floors = overlay?.enforcesFloors && view.tier ? coverageFloors[view.tier] : undefined;
  const arm = (pointer: string, floor: number | undefined) =>
    Math.max(view.number(pointer) ?? 0, overlay?.windowsPerArm ?? 0, floor ?? 0);
  const own = (view.number('/dataset/preview_n') ?? 0) + (view.number('/dataset/final_n') ?? 0);
  const count = arm('/dataset/preview_n', floors?.preview) + arm('/dataset/final_n', floors?.final);
  return { count, why: count > own && view.profile ? ` under ${view.profile}` : '' };
}
