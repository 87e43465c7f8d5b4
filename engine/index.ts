/**
 * The engine as a library: what a program needs to certify, verify and edit without the command line.
 *
 * @example
 * const { value: plan, findings } = await prepareCertify(nodeFiles, options);
 * if (plan) await runCertify(ports, plan, onProgress);
 */
export { openCheckpoint } from './artifacts/checkpoint.ts';
export { buildCertificate } from './certificate/build-certificate.ts';
export { prepareCertificateSchema } from './certificate/certificate-schema.ts';
export type { CertifyProgress, OnProgress } from './certify/certify-progress.ts';
export { type CertifyOptions, type CertifyPlan, prepareCertify } from './certify/prepare-certify.ts';
export { type CertifyPorts, type CertifyResult, runCertify } from './certify/run-certify.ts';
export { type CodeFacts, codes, type DiagnosticCode, docsUrl } from './codes/index.ts';
export { loadConfig, parseConfig } from './config/load-config.ts';
export { InvarLockError } from './core/errors.ts';
export type { Checked, Finding, Severity, TextRange } from './core/findings.ts';
export { nodeFiles } from './core/node-files.ts';
export type { Clock, FileReader, Files, FileWriter } from './core/ports.ts';
export { applyEdit } from './edits/apply-edit.ts';
export type { Hub } from './hub/hub-ports.ts';
export { nodeHub } from './hub/node-hub.ts';
export { type CertificateView, certificateView } from './render/certificate-view.ts';
export type { RunReport } from './report/run-report.ts';
export type { Runtime, RuntimeSession } from './runtime/runtime-port.ts';
export { startEngine } from './runtime/start-engine.ts';
export { verifyCertificate } from './verify/verify-certificate.ts';
export type { VerifyResult } from './verify/verify-result.ts';
export { certificateSchemaVersion, toolVersion } from './version.ts';
