import { createHash } from 'node:crypto';
import { writeJson } from '../../core/json-writer.ts';
import type { ReportInputs, ReportWindow } from '../../report/build-run-report.ts';
import type { WorstWindows } from '../../report/worst-windows.ts';
import type { ArmGuards } from '../run-guards.ts';
import type { ShardDivergence } from './shard-divergence.ts';

/** Which part of how many, both from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What one arm's report is made from, but for its windows and for what the joining run decides. */
export type ShardArm = Omit<ReportInputs, 'preview' | 'final' | 'baseline' | 'eventsPath' | 'checkpointPath'>;

/** What both models made of one window. */
export interface ShardWindow {
  /** In preview and final, one after the other. */
  readonly position: number;
  readonly window: ReportWindow['window'];
  readonly baseline: ShardLoss;
  readonly subject: ShardLoss;
}

interface ShardLoss extends Pick<ReportWindow, 'loss' | 'record'> {
  /** The losses of the scored tokens, float32, little-endian, as base64. */
  readonly token_losses: string;
}

/** By what parts are told to belong together. */
export interface ShardIdentity {
  readonly engine_version: string;
  readonly runtime_version: string;
  /** Over ids, tokens, masks and labels of every window of the whole schedule. */
  readonly schedule_sha256: string;
  readonly baseline_sha256: string;
  readonly subject_sha256: string;
  readonly tokenizer_hash: string;
  /** Over everything else that the evidence rests on: settings, policy, device, threads, edit. */
  readonly settings_sha256: string;
}

/** A part of a certification, as its file holds it. It carries everything that the certificate is made from. */
export interface ShardPart {
  readonly format_version: 'shard-v1';
  readonly shard: Shard;
  readonly identity: ShardIdentity;
  /** Windows of the whole schedule. */
  readonly totals: { readonly preview: number; readonly final: number };
  readonly arms: { readonly baseline: ShardArm; readonly subject: ShardArm };
  readonly windows: readonly ShardWindow[];
  /** Of the windows of this part; the worst of all are among them. */
  readonly worst: { readonly count: number; readonly block: WorstWindows | null };
  /** What the guards found; they look at whole models, so the first part alone runs them. */
  readonly guards: { readonly order: readonly string[] } & Partial<
    Readonly<Record<'baseline' | 'subject', ArmGuards>>
  >;
  /** Null when it was switched off. */
  readonly divergence: ShardDivergence | null;
  /** INVARLOCK_TINY_RELAX was on. */
  readonly tiny_relax: boolean;
  /** Over all of the above, as it is written. */
  readonly sha256: string;
}

/** Windows of a part: every n-th, so that long and short ones, preview and final ones are spread evenly. */
export function shardPositions({ index, count }: Shard, total: number): readonly number[] {
  const positions: number[] = [];
  for (let position = index - 1; position < total; position += count) positions.push(position);
  return positions;
}

export function partFileName({ index, count }: Shard): string {
  return `part-${index}-of-${count}.json`;
}

/** The text of a part's file, with its digest. */
export function sealPart(part: Omit<ShardPart, 'sha256'>): string {
  return writeJson({ ...part, sha256: partDigest(part) });
}

/** Over the canonical text of a part without its digest. */
export function partDigest(part: Omit<ShardPart, 'sha256'>): string {
  const { sha256: _, ...content } = part as Partial<ShardPart>;
  return sha256(writeJson(content));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function floatsToText(values: Float32Array): string {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, 4 * index);
  return bytes.toString('base64');
}

/** Undefined when the text is not what `floatsToText` writes. */
export function floatsOfText(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== text) return undefined;
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}
