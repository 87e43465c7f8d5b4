import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import type { ModelIdentity } from './model-identity.ts';

/** A model that is ready to be evaluated. */
export interface ArmPlan {
  readonly checkpoint: Checkpoint;
  /** The model as the user named it. */
  readonly modelId: string;
  readonly tokenizer: ModelTokenizer;
  readonly identity: ModelIdentity;
}
