export type ArmName = 'baseline' | 'subject' | 'noise floor';

/** What a certification tells its caller while it runs. */
export type CertifyProgress =
  | { readonly kind: 'phase'; readonly index: number; readonly count: number; readonly title: string }
  /** Something that was decided, in one sentence. */
  | { readonly kind: 'notice'; readonly text: string; readonly about?: 'edit' }
  /** Tensors of both models that the guards have read. */
  | { readonly kind: 'weights'; readonly done: number; readonly total: number }
  /** A file of the hub that is being downloaded; the end is `doneBytes === totalBytes`. */
  | {
      readonly kind: 'download';
      readonly repository: string;
      readonly file: string;
      readonly doneBytes: number;
      readonly totalBytes: number | undefined;
    }
  | {
      readonly kind: 'windows';
      readonly arm: ArmName;
      readonly done: number;
      readonly total: number;
      readonly tokensPerSecond: number;
    };

export type OnProgress = (progress: CertifyProgress) => void;
