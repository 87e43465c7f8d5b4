import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import type { ModelIdentity } from './model-identity.ts';
import type { ModelTask } from './model-task.ts';

/** A model that is ready to be evaluated. */
export interface ArmPlan {
  readonly checkpoint: Checkpoint;
  readonly task: ModelTask;
  /** The model as the user named it. */
  readonly modelId: string;
  readonly tokenizer: ModelTokenizer;
  readonly identity: ModelIdentity;
}
