import type { IncomingRequest, Receiver, ReceiverOptions, WebhookAnswer } from '../../src/core/webhook.js';

/** A receiver without a network: requests are given to it. */
export interface MemoryReceiver extends Receiver {
  /** 404 where nothing is known of the path. Rejects where the receiver would say 503. */
  send(request: Partial<IncomingRequest> & { readonly path: string }): Promise<WebhookAnswer>;
  /** What it was told to listen with; undefined while it does not. */
  options(): ReceiverOptions | undefined;
}

export function memoryReceiver(): MemoryReceiver {
  let listening: ReceiverOptions | undefined;
  return {
    options: () => listening,
    async listen(options) {
      listening = options;
      const close = async (): Promise<void> => void (listening = undefined);
      return { address: `http://${options.host}:${options.port === 0 ? 49_152 : options.port}`, close };
    },
    async send(request) {
      if (listening === undefined) throw new Error('nobody listens');
      const whole = {
        method: 'POST',
        query: {},
        search: '',
        headers: {},
        body: new Uint8Array(),
        remote: '203.0.113.7',
        ...request,
      };
      if (!(await listening.knows(whole.path, whole.remote))) return { status: 404 };
      return listening.answer(whole);
    },
  };
}
