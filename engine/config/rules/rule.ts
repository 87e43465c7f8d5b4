import type { Finding, Severity, TextFix } from '../../core/findings.ts';
import { type TierName, tierNamed } from '../../policy/tiers.ts';
import { type ConfigNode, type MappingNode, nodeAt } from '../config-node.ts';
import { type ProfileName, profileNamed } from '../profile-overlays.ts';
import { type Place, report } from '../report-at.ts';

/** A rule about what values mean together, beyond the schema. It sees a tree that may have schema errors. */
export type Rule = (view: RuleView) => void;

/** What the command line has decided; the file decides the rest. */
export interface RuleSituation {
  readonly profile?: string | undefined;
  readonly tier?: string | undefined;
}

export interface RuleView {
  readonly root: MappingNode;
  /** The profile of the run, as far as it is known: without one the command line decides later. */
  readonly profile: ProfileName | undefined;
  /** Undefined where the name is wrong or not known; balanced where nobody names one. */
  readonly tier: TierName | undefined;
  node(pointer: string): ConfigNode | undefined;
  /** The scalar at a pointer, when it is a number. */
  number(pointer: string): number | undefined;
  text(pointer: string): string | undefined;
  flag(pointer: string): boolean | undefined;
  has(pointer: string): boolean;
  /** True when an include on the way to the pointer is not resolved, so that nobody can say whether a value is there. */
  isUnknown(pointer: string): boolean;
  report(
    pointer: string,
    where: 'key' | 'value',
    code: Finding['code'],
    severity: Severity,
    message: string,
    facts?: { expected?: unknown; actual?: unknown; fix?: TextFix },
  ): void;
  /** A fix that replaces the value at a pointer. */
  replaceFix(pointer: string, title: string, newText: string): TextFix | undefined;
}

export function ruleView(root: MappingNode, findings: Finding[], situation: RuleSituation = {}): RuleView {
  const at = (pointer: string) => nodeAt(root, pointer);
  const scalar = (pointer: string) => {
    const node = at(pointer)?.node;
    return node?.kind === 'scalar' ? node.value : undefined;
  };
  const text = (pointer: string) => {
    const value = scalar(pointer);
    return typeof value === 'string' ? value : undefined;
  };
  const profile = situation.profile ?? text('/certify/profile');
  const tier = situation.tier ?? text('/certify/tier') ?? text('/auto/tier');
  const tierIsUnknown = ['/certify/tier', '/auto/tier'].some((pointer) => isUnknown(root, pointer));
  return {
    root,
    profile: profile === undefined ? undefined : profileNamed(profile),
    tier: tier === undefined ? (tierIsUnknown ? undefined : 'balanced') : tierNamed(tier),
    node: (pointer) => at(pointer)?.node,
    number(pointer) {
      const value = scalar(pointer);
      return typeof value === 'number' ? value : undefined;
    },
    text,
    flag(pointer) {
      const value = scalar(pointer);
      return typeof value === 'boolean' ? value : undefined;
    },
    has: (pointer) => at(pointer) !== undefined,
    isUnknown: (pointer) => isUnknown(root, pointer),
    report(pointer, where, code, severity, message, facts) {
      const found = at(pointer);
      if (!found) return;
      const key = pointer.slice(pointer.lastIndexOf('/') + 1);
      const place: Place = {
        node: found.node,
        ...(found.entry && { entry: found.entry }),
        key,
        pointer,
        findings,
      };
      report(place, code, severity, message, where, facts);
    },
    replaceFix(pointer, title, newText) {
      const range = at(pointer)?.node.range;
      return range && range.end > range.start ? { title, range, newText } : undefined;
    },
  };
}

function isUnknown(root: MappingNode, pointer: string): boolean {
  const defaults = root.entries.get('defaults')?.node;
  if (defaults?.kind === 'include') return true;
  let node: ConfigNode = root;
  for (const step of pointer.split('/').slice(1)) {
    if (node.kind !== 'mapping') return false;
    const next: ConfigNode | undefined = node.entries.get(step)?.node;
    if (!next) return false;
    if (next.kind === 'include') return true;
    node = next;
  }
  return false;
}
