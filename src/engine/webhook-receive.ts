import { MembraneError } from '../core/error.js';
import type { IncomingRequest, WebhookAnswer } from '../core/webhook.js';
import { isEmittable } from './event-emit.js';
import type { OpenWebhook } from './webhook-open.js';
import {
  appEventSecret,
  isLoopback,
  proveAppEvent,
  takeAppEvents,
  type AppEvents,
} from './webhook-receive-app.js';
import { answerNow, keptHeaders } from './webhook-receive-hook.js';
import { refusalLog, type Refusal, type RefusalLog } from './webhook-receive-log.js';
import { openTargets, type OpenTargets, type TargetOptions } from './webhook-receive-open.js';
import { receiverPath, type ReceiverPath } from './webhook-receive-path.js';
import { incomingStore, type IncomingStore } from './webhook-receive-store.js';

export interface ReceiveOptions extends TargetOptions {
  /** Where to listen. `port` 0: any free one. */
  readonly host: string;
  readonly port: number;
  /** What others reach it at; default: where it listens. */
  readonly publicUrl?: string | undefined;
  /** Something waits to be handled, or to be delivered. */
  readonly stored: () => void;
  readonly refused: (refusal: Refusal) => void;
  /** A request could not be judged or stored: its sender was told to come again. */
  readonly failed: (error: unknown) => void;
}

export interface Receiving {
  /** `http://HOST:PORT`. */
  readonly address: string;
  /** Without a `/` at its end. */
  readonly publicUrl: string;
  /** Events of the app need a secret, and there is none. */
  readonly refusesAppEvents: boolean;
  /** The project has changed: what was known of addresses may be wrong. */
  reload(): void;
  /** Answers what is under way, then takes nothing more. */
  close(): Promise<void>;
}

/**
 * Receives webhooks: what is not proven is refused before anything of it is parsed, and what is accepted is on the disk
 * before its sender hears of it. Rejects with `webhook/port` where the port cannot be had, and with `config/variable`
 * where the secret of the app is not set.
 */
export async function receiveWebhooks(options: ReceiveOptions): Promise<Receiving> {
  const { host, port, engine } = options;
  const receiver = await engine().ports.receiver();
  const door = new Door(options);
  const listening = await receiver.listen({
    host,
    port,
    maxBytes: engine().project.config.limits.webhookBytes,
    knows: (path, remote) => door.knows(path, remote),
    answer: (request) => door.answer(request),
    refused: (refused) => door.log.add(refused),
    failed: (error) => door.failed(error),
  });
  door.publicUrl ??= listening.address;
  return {
    address: listening.address,
    publicUrl: door.publicUrl,
    refusesAppEvents: door.refusesAppEvents(),
    reload: () => door.reload(),
    async close() {
      await listening.close();
      await door.log.settle();
    },
  };
}

class Door {
  readonly log: RefusalLog;
  publicUrl: string | undefined;
  private readonly options: ReceiveOptions;
  private readonly around: Pick<ReceiveOptions, 'failed' | 'signal'>;
  private readonly store: IncomingStore;
  private readonly targets: OpenTargets;
  private app: AppEvents;
  /** What stands before paths at the public url; a tunnel may take it away, or not. */
  private readonly under: string;

  constructor(options: ReceiveOptions) {
    const { engine, publicUrl } = options;
    this.options = options;
    this.around = { signal: options.signal, failed: (error) => this.failed(error) };
    this.publicUrl = publicUrl?.replace(/\/+$/, '');
    this.under = this.publicUrl === undefined ? '' : new URL(this.publicUrl).pathname.replace(/\/+$/, '');
    this.app = this.appNow();
    this.log = refusalLog(engine, options.refused, options.failed);
    this.targets = openTargets(options);
    this.store = incomingStore(engine);
  }

  private appNow(): AppEvents {
    const { engine, host, publicUrl } = this.options;
    return { secret: appEventSecret(engine()), isPrivate: publicUrl === undefined && isLoopback(host) };
  }

  /** With a secret that cannot be had any more the former one stays. */
  reload(): void {
    this.targets.forget();
    try {
      this.app = this.appNow();
    } catch (error) {
      if (!(error instanceof MembraneError)) throw error;
      this.failed(error);
    }
  }

  async knows(path: string, remote: string): Promise<boolean> {
    const to = receiverPath(path, this.under);
    const isKnown = to !== undefined && (await this.isKnown(to));
    if (!isKnown) this.log.add({ status: 404, why: 'nothing is at this path', path, remote, bytes: 0 });
    return isKnown;
  }

  private async isKnown(to: ReceiverPath): Promise<boolean> {
    if (to.kind === 'health') return true;
    if (to.kind === 'app-events') return isEmittable(this.options.engine(), to.key);
    return (await this.targets.open(to)) !== undefined;
  }

  async answer(request: IncomingRequest): Promise<WebhookAnswer> {
    const to = receiverPath(request.path, this.under);
    if (to === undefined) return { status: 404 };
    if (to.kind === 'health') return { status: 200, body: { ok: true } };
    const url = `${this.publicUrl}${request.path}${request.search}`;
    if (to.kind === 'app-events') return this.fromApp(to.key, request, url);
    const opened = await this.targets.open(to);
    return opened === undefined ? { status: 404 } : this.fromSender(opened, request, url);
  }

  private async fromApp(key: string, request: IncomingRequest, url: string): Promise<WebhookAnswer> {
    const engine = this.options.engine();
    const of = { to: `app-events:${key}` };
    if (request.method !== 'POST') return this.refuse(request, 405, `the method is ${request.method}`, of);
    const proof = await proveAppEvent(engine, this.app, request, url);
    if (!proof.ok) {
      const { status = 401, why } = proof;
      return { ...this.refuse(request, status, why, of), body: { error: { message: why } } };
    }
    const taken = await takeAppEvents(engine, key, request, proof.deliveryId);
    if (taken.status === 202) this.options.stored();
    if (taken.status === 400) this.refuse(request, 400, 'the events are not as they should be', of);
    return taken;
  }

  private async fromSender(
    opened: OpenWebhook,
    request: IncomingRequest,
    url: string,
  ): Promise<WebhookAnswer> {
    const { to, tenant, signature, answers } = opened;
    if (request.method !== 'POST') {
      // a challenge, which is answered; events do not come like this
      if (!answers) return this.refuse(request, 405, `the method is ${request.method}`, { to, tenant });
      return (await answerNow(opened, request, undefined, this.around)) ?? { status: 200 };
    }
    let deliveryId: string | undefined;
    if (signature !== undefined) {
      const { clock, signatures } = opened.engine.ports;
      const verdict = (await signatures()).verify(signature, request, clock.now(), url);
      if (!verdict.ok) return this.refuse(request, 401, verdict.why, { to, tenant });
      deliveryId = verdict.deliveryId;
    }
    const headers = keptHeaders(request, signature);
    const { row } = await this.store.accept({ to, tenant, request, headers, deliveryId });
    const answer = answers ? await answerNow(opened, request, row, this.around) : undefined;
    this.options.stored();
    return answer ?? { status: 200 };
  }

  private refuse(
    { remote, body }: IncomingRequest,
    status: number,
    why: string,
    of: Pick<Refusal, 'to' | 'tenant'>,
  ): WebhookAnswer {
    this.log.add({ ...of, status, why, remote, bytes: body.length });
    return { status, ...(status === 405 ? { headers: { allow: 'POST' } } : {}) };
  }

  failed(error: unknown): void {
    if (this.log.allows('failed')) this.options.failed(error);
  }

  refusesAppEvents(): boolean {
    return this.app.secret === undefined && !this.app.isPrivate;
  }
}
