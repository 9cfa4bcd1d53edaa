import { MembraneError } from '../core/error.js';
import { fillIn } from './config-env.js';
import type { Engine } from './engine.js';

/** Where webhooks are received. */
export interface ReceiverPlace {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What others reach it at; default: where it listens. */
  readonly publicUrl?: string | undefined;
}

/** As it is given, or else as membrane.yaml says it; undefined where nothing is to be received. */
export function receiverPlace(
  engine: Engine,
  given: {
    readonly listen?: string | undefined;
    readonly publicUrl?: string | undefined;
    /** It is only looked once, or nothing is to be changed: nobody can wait for what comes. */
    readonly isBrief?: boolean | undefined;
  },
): ReceiverPlace | undefined {
  if (given.isBrief === true) {
    if (given.listen === undefined && given.publicUrl === undefined) return undefined;
    throw new MembraneError('usage/argument', 'webhooks are received by a watcher that goes on only', {
      hint: 'leave out "--once" and "--dry-run", or "--listen"',
    });
  }
  const { listen: ours, publicUrl: known } = engine.project.config.watch;
  const listen =
    given.listen ?? (typeof ours === 'string' || typeof ours === 'number' ? `${ours}` : undefined);
  if (listen === undefined && given.publicUrl === undefined) return undefined;
  if (listen === undefined)
    throw new MembraneError('usage/argument', 'there is a public url, and nothing listens behind it', {
      hint: `membrane watch --listen 8080 --public-url ${given.publicUrl}`,
    });
  const publicUrl =
    given.publicUrl ??
    (typeof known === 'string' ? fillIn(engine, known, 'watch.publicUrl').value : undefined);
  return { ...addressOf(listen), ...(publicUrl === undefined ? {} : { publicUrl: checkedUrl(publicUrl) }) };
}

/** `8080`, `0.0.0.0:8080`, `[::1]:8080`: this machine only, where no host is said. */
function addressOf(listen: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]+)\]|([^:\s]+)):)?(\d{1,5})$/.exec(listen) ?? [];
  const port = Number(digits);
  if (digits !== '' && port <= 65_535) return { host: bracketed ?? plain ?? '127.0.0.1', port };
  throw new MembraneError('usage/argument', `"${listen}" is no place to listen at`, {
    hint: 'give a port, or a host and a port: --listen 8080, --listen 0.0.0.0:8080',
  });
}

function checkedUrl(publicUrl: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== undefined && isWeb && url.search === '' && url.hash === '' && url.username === '')
    return publicUrl;
  throw new MembraneError('usage/argument', `"${publicUrl}" is no public url`, {
    hint: 'give the address of your tunnel or server: --public-url https://hooks.example.com',
  });
}
