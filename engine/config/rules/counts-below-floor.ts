import { coverageFloors } from '../../policy/tiers.ts';
import { profileOverlays } from '../profile-overlays.ts';
import type { RuleView } from './rule.ts';

/**
 * Fewer windows or replicates than the tier asks for (spec 01 §1.6). Under ci and release the floors raise the counts, so
 * there this cannot happen; under dev and ci_cpu it is a warning that the interval will be unsteady.
 */
export function countsBelowFloor(view: RuleView): void {
  const { profile, tier } = view;
  if (profile === undefined || tier === undefined) return;
  const overlay = profileOverlays[profile];
  if (overlay.enforcesFloors) return;
  const floors = coverageFloors[tier];
  const below = (pointer: string, floor: number, byProfile: number | undefined) => {
    const count = view.number(pointer);
    if (count === undefined || count < 0 || Math.max(count, byProfile ?? 0) >= floor) return false;
    const key = pointer.slice(pointer.lastIndexOf('/') + 1);
    const raised = byProfile !== undefined && byProfile > count ? `, ${byProfile} under ${profile}` : '';
    const fix = view.replaceFix(pointer, `Raise ${key} to ${floor}`, String(floor));
    const message = `${key} is ${count}${raised}, and the tier ${tier} asks for at least ${floor}.`;
    view.report(pointer, 'value', 'C134', 'warning', message, {
      expected: floor,
      actual: Math.max(count, byProfile ?? 0),
      ...(fix && { fix }),
    });
    return true;
  };
  const preview = below('/dataset/preview_n', floors.preview, overlay.windowsPerArm);
  const final = below('/dataset/final_n', floors.final, overlay.windowsPerArm);
  if (view.flag('/eval/bootstrap/enabled') !== false) {
    const replicates = view.has('/eval/bootstrap/replicates') ? 'replicates' : 'n';
    // 0 switches intervals off, which has a warning of its own.
    if (view.number(`/eval/bootstrap/${replicates}`) !== 0)
      below(`/eval/bootstrap/${replicates}`, floors.replicates, overlay.replicates);
  }
  if (preview || final) return;
  const own = view.has('/dataset/preview_n') || view.isUnknown('/dataset/preview_n');
  if (own || overlay.windowsPerArm === undefined || overlay.windowsPerArm >= floors.preview) return;
  // Where nothing in the file chooses them, its data is what lacks the counts.
  const pointer = ['/certify/tier', '/certify/profile', '/dataset'].find((one) => view.has(one)) ?? '';
  const message = `The profile ${profile} brings ${overlay.windowsPerArm} windows per arm, and the tier ${tier} asks for ${floors.preview}. Set dataset.preview_n and dataset.final_n to ${floors.preview}, or choose another profile.`;
  view.report(pointer, pointer === '/dataset' ? 'key' : 'value', 'C135', 'warning', message, {
    expected: floors.preview,
    actual: overlay.windowsPerArm,
  });
}
