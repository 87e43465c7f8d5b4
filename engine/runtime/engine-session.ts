import { InvarLockError } from '../core/errors.ts';
import type { ParentMessage } from '../protocol/child-messages.ts';
import type { ChildConversation } from './child-conversation.ts';
import { deviceLabel } from './devices.ts';
import { type Placement, readPlacement, usesAccelerator } from './placement.ts';
import { makeProfileFolder, type ProfileFolder } from './profile-folder.ts';
import type { RuntimeDevice, RuntimeGraph, RuntimeSession } from './runtime-port.ts';

export interface SessionSettings {
  readonly threads: number;
  readonly device: RuntimeDevice;
  readonly openTimeoutMs: number;
  readonly runTimeoutMs: number;
}

/** Opens a graph in the child. The first run is recorded when its placement is wanted. */
export async function openEngineSession(
  conversation: ChildConversation,
  graph: RuntimeGraph,
  settings: SessionSettings,
): Promise<RuntimeSession> {
  const { openTimeoutMs } = settings;
  const device = graph.device ?? settings.device;
  const where = device.provider === 'cpu' ? '' : ` on ${deviceLabel(device)}`;
  const profile = graph.measurePlacement ? await makeProfileFolder() : undefined;
  const open = async () => {
    const opened = await conversation.ask(
      (id): ParentMessage => ({
        kind: 'open',
        id,
        model: graph.model,
        weightsFolder: graph.weightsFolder,
        threads: Math.min(settings.threads, graph.maximumThreads ?? settings.threads),
        device,
        ...(profile ? { profilePrefix: profile.prefix } : {}),
      }),
      { doing: `loading the model${where}`, failure: 'R403', timeoutMs: openTimeoutMs },
    );
    if (opened.kind !== 'opened') throw unexpectedAnswer(opened.kind);
    return opened.session;
  };
  const session = await open().catch(async (error) => {
    await profile?.remove();
    throw error;
  });

  let unread = profile;
  let placement: Placement | undefined;
  return {
    async run(feeds, outputs) {
      const result = await conversation
        .ask((id): ParentMessage => ({ kind: 'run', id, session, feeds, outputs }), {
          doing: `evaluating a window${where}`,
          failure: 'R404',
          timeoutMs: settings.runTimeoutMs,
        })
        .catch(async (error) => {
          await unread?.remove();
          throw error;
        });
      if (result.kind !== 'result') throw unexpectedAnswer(result.kind);
      if (unread) {
        const finished = unread;
        unread = undefined;
        placement = await placementOf(conversation, session, finished, openTimeoutMs);
        requireAccelerator(device, placement);
      }
      return { outputs: result.outputs, runMs: result.runMs, rssBytes: result.rssBytes };
    },
    placement: () => placement,
    async close() {
      await unread?.remove();
      if (conversation.isOver) return;
      await conversation.ask((id): ParentMessage => ({ kind: 'close', id, session }), {
        doing: 'releasing the model',
        failure: 'R404',
        timeoutMs: openTimeoutMs,
      });
    },
  };
}

async function placementOf(
  conversation: ChildConversation,
  session: number,
  profile: ProfileFolder,
  timeoutMs: number,
): Promise<Placement | undefined> {
  try {
    await conversation.ask((id): ParentMessage => ({ kind: 'end-profile', id, session }), {
      doing: 'writing the profile of the first window',
      failure: 'R404',
      timeoutMs,
    });
    const text = await profile.read();
    return text === undefined ? undefined : readPlacement(text);
  } finally {
    await profile.remove();
  }
}

/** A device on which nothing ran would give the CPU's numbers under another name. */
function requireAccelerator(device: RuntimeDevice, placement: Placement | undefined): void {
  if (device.provider === 'cpu' || (placement && usesAccelerator(placement))) return;
  const label = deviceLabel(device);
  const message = placement
    ? `Nothing of the model ran on ${label}: ONNX Runtime has no kernels there for its operators. Use --device cpu.`
    : `ONNX Runtime wrote no readable profile, so nothing shows that the model ran on ${label}. Use --device cpu.`;
  throw new InvarLockError('R423', message, { details: { device: label, placement } });
}

function unexpectedAnswer(kind: string): InvarLockError {
  return new InvarLockError('U799', `The engine process answered with ${JSON.stringify(kind)}.`);
}
