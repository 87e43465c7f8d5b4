import type { Finding } from '../../core/findings.ts';
import type { CertifyPlan } from '../prepare-certify.ts';
import type { Shard } from './shard-part.ts';

/** What does not go together with parts, before anything is evaluated. */
export function checkShardable(plan: CertifyPlan, { count }: Shard): readonly Finding[] {
  const refuse = (message: string): Finding => ({ code: 'U720', severity: 'error', message });
  const findings: Finding[] = [];
  if (plan.edit)
    findings.push(
      refuse(
        'Every part would make the subject again. Make it once with `invarlock edit` and name its folder with --subject.',
      ),
    );
  if (plan.baselineReport)
    findings.push(
      refuse(
        'Every part evaluates its windows of both models, so --baseline-report has no place here. Leave it out.',
      ),
    );
  if (plan.noiseFloor)
    findings.push(
      refuse(
        'The noise floor is measured on the whole schedule. Leave out --noise-floor and eval.noise_floor.',
      ),
    );
  const total = plan.schedule.preview.length + plan.schedule.final.length;
  if (count > total)
    findings.push(
      refuse(
        `There are ${total} windows, so some of the ${count} parts would have none. Use at most ${total} parts.`,
      ),
    );
  return findings;
}
