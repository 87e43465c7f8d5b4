import type { BlockInputs } from '../build-certificate.ts';
import type { Certificate } from '../certificate-types.ts';
import { classificationBlock } from './primary-metric-block.ts';

/** What stands beside the primary metric: the counts of an accuracy, and how far the predictions moved. */
export function metricsBlock(inputs: BlockInputs): Pick<Certificate, 'metrics'> {
  const { divergence } = inputs.subject.metrics;
  const metrics = { ...classificationBlock(inputs).metrics, ...(divergence ? { divergence } : {}) };
  return Object.keys(metrics).length === 0 ? {} : { metrics };
}
