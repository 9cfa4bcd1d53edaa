import { MembraneError } from '../core/error.js';
import type { JsonObject } from '../core/json.js';
import type { DeviceCode, OAuth2Config, TokenResponse } from '../core/oauth.js';
import type { AuthBinding } from './auth-context.js';
import { nobody, tooLate } from './consent.js';
import type { Engine } from './engine.js';
import { fieldsOrFail, type Answer } from './oauth2-answer.js';
import { askProvider } from './oauth2-request.js';
import { readSettings, type Settings } from './oauth2-settings.js';

/** Shows a code, and asks until a person has agreed elsewhere (RFC 8628), said no, or the code is too old. */
export async function deviceTokens(
  engine: Engine,
  binding: AuthBinding,
  config: OAuth2Config,
): Promise<TokenResponse> {
  const { integration, signal, consent } = binding;
  if (consent === undefined) throw nobody(integration.key);
  const settings = await readSettings(engine, binding, config);
  settings.required('clientId');
  const { timeoutMs } = consent;
  const started = engine.ports.clock.now();
  const asked = await askForCode(engine, binding, settings);
  const until = timeoutMs === undefined ? Infinity : started + timeoutMs;
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const shown = consent.showCode({ ...asked.shown, until: Math.min(asked.shown.until, until) }, either);
  try {
    return await Promise.race([
      poll(engine, { ...binding, signal: either }, settings, asked),
      shown.then(() => new Promise<never>(() => undefined)),
      ...(timeoutMs === undefined ? [] : [tooLate(engine, { started, timeoutMs }, either)]),
    ]);
  } finally {
    ended.abort();
    await shown;
  }
}

interface Asked {
  readonly deviceCode: string;
  readonly intervalMs: number;
  readonly shown: DeviceCode;
}

async function askForCode(engine: Engine, binding: AuthBinding, settings: Settings): Promise<Asked> {
  const { deviceAuthorizationRequest } = await import('oauth4webapi');
  const { scope, extra } = settings;
  const audience = settings.text('audience');
  const parameters = {
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
    ...extra,
  };
  const answer = await askProvider(engine, binding, settings, 'deviceAuthorizationUri', (request) =>
    deviceAuthorizationRequest(
      request.server,
      request.client,
      request.clientAuth,
      parameters,
      request.options,
    ),
  );
  const fields = fieldsOrFail(answer, 'connect again');
  // Google says "url" where everybody else says "uri"
  const url = fields['verification_uri'] ?? fields['verification_url'];
  const { device_code: deviceCode, user_code: userCode } = fields;
  const complete = fields['verification_uri_complete'];
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || typeof url !== 'string') {
    throw new MembraneError('auth/server', `the ${answer.from} gave no code`, {
      hint: 'connect without --device',
    });
  }
  const until = engine.ports.clock.now() + 1000 * seconds(fields, 'expires_in', 600);
  return {
    deviceCode,
    intervalMs: 1000 * seconds(fields, 'interval', 5),
    shown: { userCode, url, until, ...(typeof complete === 'string' ? { completeUrl: complete } : {}) },
  };
}

async function poll(
  engine: Engine,
  binding: AuthBinding,
  settings: Settings,
  { deviceCode, intervalMs, shown }: Asked,
): Promise<TokenResponse> {
  const { clock } = engine.ports;
  const { deviceCodeGrantRequest } = await import('oauth4webapi');
  const ask = () =>
    askProvider(engine, binding, settings, 'tokenUri', ({ server, client, clientAuth, options }) =>
      deviceCodeGrantRequest(server, client, clientAuth, deviceCode, options),
    );
  let wait = intervalMs;
  while (clock.now() + wait <= shown.until) {
    await clock.sleep(wait, binding.signal);
    const answer = await ask().catch(unlessUnreachable);
    if (answer === undefined || answer.status >= 500) wait *= 2;
    else if (answer.error === 'slow_down') wait += 5000;
    else if (answer.error === 'expired_token') break;
    else if (answer.error !== 'authorization_pending') return fieldsOrFail(answer, 'connect again');
  }
  throw new MembraneError('auth/timeout', 'the code was not typed in while it was good', {
    hint: 'connect again for a new code',
  });
}

/** Asking again cannot do harm, and the person should not have to start anew (RFC 8628 3.5). */
function unlessUnreachable(error: unknown): Answer | undefined {
  if (error instanceof MembraneError && error.code === 'auth/server') return undefined;
  throw error;
}

function seconds(fields: JsonObject, name: string, otherwise: number): number {
  const value = Number(fields[name] ?? otherwise);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
