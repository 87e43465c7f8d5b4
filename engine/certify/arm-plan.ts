import type { ModelSource } from '../models/model-source.ts';
import type { ModelTokenizer } from '../tokenize/load-tokenizer.ts';
import type { ModelIdentity } from './model-identity.ts';
import type { ModelTask } from './model-task.ts';

/** A model that is ready to be evaluated. */
export interface ArmPlan {
  readonly model: ModelSource;
  readonly task: ModelTask;
  /** The model as the user named it. */
  readonly modelId: string;
  readonly tokenizer: ModelTokenizer;
  readonly identity: ModelIdentity;
}
