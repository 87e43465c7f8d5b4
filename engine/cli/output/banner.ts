import { printable } from '../../render/console-lines.ts';
import { toolVersion } from '../../version.ts';
import type { OutputStyle } from './output-style.ts';

export interface BannerFacts {
  readonly profile: string;
  readonly tier: string;
  readonly adapter: string;
}

/** What runs and how, before it runs (spec 01 §3.2): a box for audits, one line for people. */
export function bannerLines({ profile, tier, adapter }: BannerFacts, style: OutputStyle): readonly string[] {
  const title = `InvarLock ${toolVersion}`;
  const facts = printable(`Profile: ${profile} · Tier: ${tier} · Adapter: ${adapter}`);
  if (style === 'friendly') return [`🔒 ${title} · ${facts}`];
  const width = Math.max(title.length, facts.length);
  const row = (text: string) => `║ ${text.padEnd(width)} ║`;
  const bar = '═'.repeat(width + 2);
  return [`╔${bar}╗`, row(title), row(facts), `╚${bar}╝`];
}
