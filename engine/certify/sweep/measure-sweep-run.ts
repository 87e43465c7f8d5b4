import { prepareGuards, validateGuards } from '../../guards/run/guard-chain.ts';
import { type GuardEntry, subjectEntries } from '../../guards/run/report-entries.ts';
import type { Runtime } from '../../runtime/runtime-port.ts';
import type { ArmPlan } from '../arm-plan.ts';
import type { OnProgress } from '../certify-progress.ts';
import type { CertifyPlan } from '../prepare-certify.ts';
import type { CertifyPorts } from '../run-certify.ts';
import { runContext } from '../run-context.ts';
import { guardArm, guardChain } from '../run-guards.ts';

/** What guards say of one run: the part of a report that sweeps read. */
export interface MeasuredRun {
  readonly guards: readonly GuardEntry[];
}

/**
 * Runs guards alone on baseline and subject, as a certification would. Nothing is evaluated: sweeps read no metric, and
 * guards draw their windows from the schedule themselves.
 */
export async function measureSweepRun(
  ports: CertifyPorts,
  runtime: Runtime,
  { plan, subject, order }: { plan: CertifyPlan; subject: ArmPlan; order: readonly string[] },
): Promise<MeasuredRun> {
  // What a run says about its device and memory is the same for all of them.
  const silent: OnProgress = () => undefined;
  const context = await runContext(ports, plan, runtime, silent);
  const { chain } = guardChain(context, { baseline: plan.baseline, subject });
  const prepared = await prepareGuards(chain, order, guardArm('baseline', plan.baseline));
  const judged = await validateGuards(chain, prepared, guardArm('subject', subject));
  return { guards: subjectEntries(judged, prepared) };
}
