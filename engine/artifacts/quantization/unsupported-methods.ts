/** Quantization methods that are known by name; what they are, for the message that refuses them. */
const knownMethods: Readonly<Record<string, string>> = {
  aqlm: 'additive codebooks (AQLM)',
  'auto-round': 'AutoRound, which has layouts of its own',
  bitnet: 'ternary weights (BitNet)',
  eetq: 'EETQ int8 weights in the layout of a GPU kernel',
  exl2: 'ExLlamaV2 weights with several numbers of bits in a matrix',
  exl3: 'ExLlamaV3 trellis-coded weights',
  fbgemm_fp8: '8-bit floating point (FBGEMM FP8)',
  fp8: '8-bit floating point (FP8)',
  fp_quant: '4-bit floating point (FP-Quant)',
  fouroversix: '4-bit floating point',
  higgs: 'HIGGS codebooks',
  hqq: 'half-quadratic quantization (HQQ)',
  ipex: 'the layout of Intel Extension for PyTorch',
  modelopt: 'NVIDIA ModelOpt',
  mxfp4: '4-bit floating point in blocks (MXFP4)',
  nvfp4: '4-bit floating point in blocks (NVFP4)',
  quanto: 'Quanto',
  'quip-sharp': 'QuIP# codebooks',
  quip: 'QuIP codebooks',
  quark: 'AMD Quark',
  sinq: 'SINQ',
  spqr: 'SpQR with sparse outliers',
  torchao: 'torchao tensors',
  vptq: 'vector quantization (VPTQ)',
};

/** What to do about a quantization method that cannot be unpacked: the same whatever its name, but the name is said. */
export function describeUnsupportedMethod(method: string): {
  readonly what: string;
  readonly advice: string;
} {
  const known = Object.hasOwn(knownMethods, method) ? knownMethods[method] : undefined;
  const advice =
    'Supported are gptq, awq (gemm), compressed-tensors with integer weights, and bitsandbytes with 8 bits. Certify a plain checkpoint of the same weights (load it where its library runs, dequantize, save_pretrained), or export the model to ONNX.';
  return { what: `uses ${known ?? `the method ${JSON.stringify(method.slice(0, 60))}`}`, advice };
}
