import { MembraneError, type MembraneErrorDetails } from '../core/error.js';
import { isObject, parseJson, type JsonObject } from '../core/json.js';
import { createRedactor } from '../core/redact.js';
import type { Code } from '../core/codes.js';

/** What a provider answered, read with patience: not every one does as RFC 6749 says. */
export interface Answer {
  /** Where it was asked: `token endpoint of "login.example.com"`. */
  readonly from: string;
  readonly status: number;
  readonly type: string;
  /** The fields of a JSON or form-encoded body; undefined where it is neither. */
  readonly data: JsonObject | undefined;
  /** The name of the error, such as `invalid_grant`; undefined where the answer is none. */
  readonly error: string | undefined;
  /** What it says about that, without secrets, shortened. */
  readonly description: string | undefined;
}

export async function readAnswer(
  from: string,
  response: Response,
  secrets: Iterable<string>,
): Promise<Answer> {
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? 'nothing';
  const data = fieldsOf(text, type);
  const found = data === undefined ? undefined : errorIn(data, response.status);
  const { redact } = createRedactor(secrets);
  return {
    from,
    status: response.status,
    type,
    data,
    error: found === undefined ? undefined : oneLine(redact(found.name)),
    description: found?.description === undefined ? undefined : oneLine(redact(found.description)),
  };
}

/** GitHub and others answer with a form where they are not asked for JSON, or say that they send something else. */
function fieldsOf(text: string, type: string): JsonObject | undefined {
  if (/^\s*[{[]/.test(text)) {
    try {
      const parsed = parseJson(text);
      return isObject(parsed) ? parsed : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
  const isForm = type === 'application/x-www-form-urlencoded' || /^(access_token|error)=/.test(text);
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : undefined;
}

/** `{error, error_description}` (RFC 6749 5.2), an error as an object, `{ok: false, error}`, or `{status, message}`. */
function errorIn(
  data: JsonObject,
  status: number,
): { name: string; description: string | undefined } | undefined {
  const { error } = data;
  if (status < 400 && error === undefined && data['ok'] !== false) return undefined;
  const inner = isObject(error) ? error : data;
  const name = isObject(error)
    ? (error['type'] ?? error['code'] ?? error['status'])
    : (error ?? data['status'] ?? data['code']);
  const description = data['error_description'] ?? inner['message'] ?? data['message'] ?? data['error_uri'];
  return {
    name: typeof name === 'string' || typeof name === 'number' ? String(name) : `status ${status}`,
    description: typeof description === 'string' ? description : undefined,
  };
}

function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

/** Whether the server did not recognise the client, so that it may have looked for it elsewhere in the request. */
export function refusesClient({ status, error = '', description = '' }: Answer): boolean {
  if (status === 401 || clientErrors.has(error.toLowerCase())) return true;
  return (
    status === 400 && !grantErrors.has(error) && /client[ _]?(id|secret|credential|auth)/i.test(description)
  );
}

const clientErrors = new Set([
  'invalid_client',
  'incorrect_client_credentials', // GitHub
  'bad_client_secret', // Slack
  'bad_client_id', // HubSpot
  'invalid_client_id',
  'invalid_client_secret',
]);

const grantErrors = new Set([
  'invalid_grant',
  'bad_refresh_token', // GitHub, HubSpot
  'bad_verification_code', // GitHub
  'bad_auth_code', // HubSpot
  'invalid_code', // Slack
  'code_already_used',
  'invalid_refresh_token',
  'token_revoked',
]);

const configErrors = new Set([
  'invalid_request',
  'invalid_scope',
  'invalid_target',
  'unsupported_grant_type',
  'unsupported_response_type',
  'redirect_uri_mismatch', // Google, GitHub
  'bad_redirect_uri', // Slack
]);

/** What an error of a provider means for us. */
export function failureOf(answer: Answer, grantHint: string): MembraneError {
  const { from, status, error, description } = answer;
  const host = from.replace(/^.* of /, '');
  const what = [error, description].filter((part) => part !== undefined).join(': ');
  const fail = (code: Code, message: string, hint: string, more: MembraneErrorDetails = {}) =>
    new MembraneError(code, message, {
      hint,
      data: { status, ...(error === undefined ? {} : { error }) },
      ...more,
    });
  const name = error?.toLowerCase() ?? '';
  if (status >= 500 || status === 429 || name === 'server_error' || name === 'temporarily_unavailable') {
    const said = what === '' ? '' : ` (${what})`;
    return fail('auth/server', `the ${from} answered ${status}${said}`, 'try again later', {
      class: 'dependency',
    });
  }
  if (status >= 300 && status < 400) {
    return fail(
      'auth/server',
      `the ${from} redirects elsewhere (${status})`,
      'check its address in "getOAuthConfig"',
    );
  }
  if (grantErrors.has(name)) {
    return fail('auth/invalid-grant', `${host} refuses the grant: ${what}`, grantHint, {
      class: 'connection',
    });
  }
  if (name === 'access_denied')
    return fail('auth/denied', `consent was not given: ${what}`, 'connect again, and agree');
  if (name === 'unauthorized_client') {
    const hint = 'allow this grant type, and the redirect URI, in the settings of the app at the provider';
    return fail('auth/client', `the client may not do this at ${host}: ${what}`, hint);
  }
  if (configErrors.has(name)) {
    const hint =
      name === 'invalid_scope'
        ? 'check "scopes" of "getOAuthConfig", and which ones the app is allowed to ask for'
        : 'check "getOAuthConfig", and the settings of the app at the provider';
    return fail('auth/config', `${host} cannot do what it was asked for: ${what}`, hint);
  }
  if (refusesClient(answer)) {
    const said = what === '' ? `it answered ${status}` : what;
    return fail(
      'auth/client',
      `${host} does not accept the client: ${said}`,
      'check client id and client secret',
    );
  }
  return fail(
    'auth/server',
    `the ${from} answered ${status}: ${what === '' ? answer.type : what}`,
    'check its address in "getOAuthConfig"',
  );
}

/** The fields of an answer that is none of the errors. Rejects with what it says, and with `auth/server` for a page. */
export function fieldsOrFail(answer: Answer, grantHint: string): JsonObject {
  if (answer.status >= 300 || answer.error !== undefined) throw failureOf(answer, grantHint);
  if (answer.data !== undefined) return answer.data;
  throw new MembraneError('auth/server', `the ${answer.from} answered with ${answer.type}, not with JSON`, {
    hint: 'check its address in "getOAuthConfig"',
    data: { status: answer.status },
    class: 'dependency',
  });
}
