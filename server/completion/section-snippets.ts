// biome-ignore-all lint/suspicious/noTemplateCurlyInString: snippets use this form for their places.

/** A whole section to start from; `$1`, `${2:text}` are the places that the editor visits. */
export interface SectionSnippet {
  readonly name: string;
  readonly description: string;
  /** Lines; a tab is one level. */
  readonly body: readonly string[];
}

/** Sections that a certification is made of, with what each cannot do without. */
export const sectionSnippets: readonly SectionSnippet[] = [
  {
    name: 'certify',
    description: 'Which model against which, how strictly, and where the evidence goes.',
    body: [
      'certify:',
      '\tbaseline: ${1:./models/baseline}',
      '\tsubject: ${2:./models/subject}',
      '\tprofile: ${3|ci,dev,ci_cpu,release|}',
      '\ttier: ${4|balanced,conservative,aggressive|}',
      '\tcert_out: ${5:reports/cert}',
    ],
  },
  {
    name: 'dataset',
    description: 'Text of your own, one JSON object per line.',
    body: [
      'dataset:',
      '\tprovider: local_jsonl',
      '\tfile: ${1:./data/heldout.jsonl}',
      '\ttext_field: ${2:text}',
      '\tseq_len: ${3:512}',
      '\tstride: ${3:512}',
      '\tpreview_n: ${4:200}',
      '\tfinal_n: ${4:200}',
      '\tseed: ${5:42}',
    ],
  },
  {
    name: 'guards',
    description: 'All four guards, the structure checked before and after.',
    body: ['guards:', '\torder: [invariants, spectral, rmt, variance, invariants]'],
  },
  {
    name: 'eval',
    description: 'The metric and its interval.',
    body: [
      'eval:',
      '\tmetric:',
      '\t\tkind: ${1|ppl_causal,ppl_mlm,ppl_seq2seq,accuracy,auto|}',
      '\tbootstrap:',
      '\t\tmethod: bca_paired_delta_log',
      '\t\treplicates: ${2:1200}',
      '\t\talpha: ${3:0.05}',
    ],
  },
  {
    name: 'primary_metric',
    description: 'How much the metric may change.',
    body: [
      'primary_metric:',
      '\tacceptance_range: {min: ${1:0.95}, max: ${2:1.1}}',
      '\tdrift_band: {min: ${3:0.95}, max: ${4:1.05}}',
    ],
  },
  {
    name: 'edit',
    description: 'The built-in weight quantization.',
    body: ['edit:', '\tname: quant_rtn', '\tplan: {bitwidth: 8, scope: ${1|ffn,attn,all|}}'],
  },
];
