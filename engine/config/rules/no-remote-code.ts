import type { RuleView } from './rule.ts';

/** A file that asks for a checkpoint's own code is a risk for the Python tool and means nothing here (spec 01 §7.4). */
export function noRemoteCode(view: RuleView): void {
  if (view.flag('/model/trust_remote_code') !== true) return;
  const fix = view.replaceFix('/model/trust_remote_code', 'Set trust_remote_code to false', 'false');
  const message =
    'trust_remote_code lets a checkpoint run its own code in the Python tool. It is never run here: set it to false.';
  view.report('/model/trust_remote_code', 'value', 'C128', 'warning', message, {
    expected: false,
    actual: true,
    ...(fix && { fix }),
  });
}
