import path from 'node:path';
import { type SweepRun, sweepFlags, sweepRunTitle } from '../../calibrate/sweep-runs.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { hasErrors } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import { loadNamedConfig } from '../load-named-config.ts';
import { type CertifyOptions, type CertifyPlan, prepareCertify } from '../prepare-certify.ts';
import type { Prepared } from '../prepared.ts';

type BaseOptions = Omit<CertifyOptions, 'subject' | 'edit' | 'tier' | 'configFile'> & {
  readonly configFile: string;
  readonly out: string;
};

/**
 * Decides and checks every run before any of them is measured. The baseline is `--baseline`, `certify.baseline` or
 * `model.id`; a run whose subject was not named compares what `unnamed` says.
 */
export async function prepareSweep(
  files: FileReader,
  base: BaseOptions,
  runs: readonly SweepRun[],
  /** `same`: the baseline with itself; `configured`: with certify.subject, else with what the file's edit makes. */
  unnamed: 'same' | 'configured',
  cancelled: () => void,
): Promise<Prepared<readonly { readonly run: SweepRun; readonly plan: CertifyPlan }[]>> {
  const config = await loadNamedConfig(files, base);
  if (!config.value) return { value: undefined, findings: config.findings, profile: base.profile };
  const { baseline, subject: ownSubject } = modelsOf(config.value, base, unnamed);
  const plans: { readonly run: SweepRun; readonly plan: CertifyPlan }[] = [];
  const shown: Prepared<unknown>['findings'][number][] = [];
  for (const run of runs) {
    cancelled();
    const { value, findings, profile } = await prepareCertify(files, {
      ...base,
      ...baseline,
      ...(run.subject === undefined ? ownSubject : { subject: run.subject }),
      certOut: path.join(base.out, 'certificate'),
      tier: run.tier,
      flags: [...(base.flags ?? []), ...sweepFlags(run)],
    });
    // Runs differ in few values, so most of what is found in one is found in all.
    if (plans.length === 0) shown.push(...findings);
    if (!value || hasErrors(findings)) {
      const where = findings.map((one) => ({ ...one, message: `${sweepRunTitle(run)}: ${one.message}` }));
      return { value: undefined, findings: plans.length === 0 ? findings : where, profile };
    }
    plans.push({ run, plan: value });
  }
  return { value: plans, findings: shown, profile: plans[0]?.plan.settings.profile };
}

function modelsOf(config: LoadedConfig, base: BaseOptions, unnamed: 'same' | 'configured') {
  const { certify, edit, model } = config.data;
  const own = certify?.baseline === undefined ? ownModel(config, model?.id, base.workingFolder) : undefined;
  const folder = base.baseline ?? own;
  const isMade = certify?.subject === undefined && edit?.name !== undefined;
  const kind = unnamed === 'same' ? 'noop' : isMade ? edit.name : undefined;
  return {
    baseline: folder === undefined ? {} : { baseline: folder },
    subject: kind === undefined ? {} : { edit: kind },
  };
}

/** As seen from the working folder, so that the results name it without where this machine keeps it. */
function ownModel(config: LoadedConfig, id: string | undefined, workingFolder: string): string | undefined {
  const folder = config.resolvePath('/model/id');
  return folder === undefined ? id : path.relative(workingFolder, folder) || '.';
}
