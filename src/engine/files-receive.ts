import { Buffer } from 'node:buffer';
import { fileValue, type FileDraft } from '../core/file.js';
import type { HttpRequest, HttpResponse } from '../core/ports.js';
import type { Prepared } from './client-request.js';
import { isOk, judgeResponse, type ResponseHandler, type Verdict } from './client-response.js';
import { nameOfDownload } from './files-name.js';
import type { TenantFiles } from './files.js';

/** Takes the response to one try of a request whose data is to be a file. */
export interface Receiver {
  /** For the exchange that sends this. */
  saveTo(sent: Sent): NonNullable<HttpRequest['saveTo']>;
  /**
   * What the response means, where its body is the file and not an error or nothing. The file is kept unless it is
   * short JSON that a handler knows as a failure: some APIs send those with the status of a success.
   */
  judge(
    response: HttpResponse,
    sent: Prepared,
    handlers: readonly ResponseHandler[],
  ): Promise<Verdict | undefined>;
  /** Removes what was written, unless it was kept. */
  drop(): Promise<void>;
}

type Sent = Pick<Prepared, 'method' | 'url'>;

/** Longer JSON is no message. */
const longestMessage = 65_536;

export function receiver(files: TenantFiles): Receiver {
  let draft: FileDraft | undefined;
  let message: Uint8Array[] | undefined;
  let length = 0;

  const write = async (chunk: Uint8Array): Promise<void> => {
    length += chunk.length;
    if (length > longestMessage) message = undefined;
    message?.push(chunk);
    await draft?.write(chunk);
  };

  const saveTo: Receiver['saveTo'] =
    ({ method, url }) =>
    async ({ status, headers }) => {
      // 204 and 205 are successes that have no body (RFC 9110, 15.3).
      if (method === 'HEAD' || !isOk(status) || status === 204 || status === 205) return undefined;
      const type = headers['content-type'];
      const packed = headers['content-encoding'] !== undefined;
      draft = await files.begin({
        name: nameOfDownload(headers['content-disposition'], url),
        type,
        announced: packed ? 0 : Number(headers['content-length'] ?? 0),
      });
      message = /^[\w.+-]+\/([\w.+-]+\+)?json\b/i.test(type ?? '') ? [] : undefined;
      return { write };
    };

  return {
    saveTo,
    async judge(response, sent, handlers) {
      // An http port that saves nothing, such as one that plays what was recorded, has it all in memory.
      if (draft === undefined && (await saveTo(sent)(response)) !== undefined) await write(response.body);
      if (draft === undefined) return undefined;
      const { status, headers } = response;
      const body = message === undefined ? undefined : Buffer.concat(message);
      if (handlers.length > 0 && body !== undefined && isJson(body)) {
        const verdict = await judgeResponse({ ...response, body }, sent, { handlers, htmlIsFine: true });
        if (!verdict.success) return verdict;
      }
      const data = fileValue(await draft.commit());
      return { success: true, response: { status, statusCode: status, headers, data }, error: {} };
    },
    drop: async () => draft?.discard(),
  };
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false; // then it says nothing that a handler could read
  }
}
