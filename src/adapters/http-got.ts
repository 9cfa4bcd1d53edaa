import { Buffer } from 'node:buffer';
import { once, setMaxListeners } from 'node:events';
import type { Delays, Got, HandlerFunction, OptionsInit, Request, Response } from 'got';
import { MembraneError } from '../core/error.js';
import type { Http, HttpRequest, HttpResponse } from '../core/ports.js';
import { explainFailure, timedOut, tooLarge } from './http-failure.js';
import { uploadOptions } from './http-upload.js';

/** HTTP through got: connections are kept open between requests; got is loaded by the first one. */
export function createHttp(): Http {
  let loading: Promise<Got> | undefined;
  return {
    async send(request) {
      const got = await (loading ??= load());
      request.signal?.throwIfAborted();
      // One run may have many requests under way; Node would take the eleventh for a leak, and say so.
      if (request.signal !== undefined) setMaxListeners(0, request.signal);
      return exchange(got, request);
    },
  };
}

/** Everything that got would do beyond one try is switched off: retries, redirects and errors are the engine's. */
async function load(): Promise<Got> {
  const [{ got }, http, https] = await Promise.all([
    import('got'),
    import('node:http'),
    import('node:https'),
  ]);
  return got.extend({
    handlers: [fewOptions],
    agent: {
      http: new http.Agent({ keepAlive: true }),
      https: new https.Agent({ keepAlive: true }),
    },
    headers: { 'user-agent': 'membrane' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    allowGetBody: true,
  });
}

/**
 * got names thirty options of Node's, of which it knows nothing in most cases. To gather them, and to copy them as Node
 * does, takes a third of what got costs.
 */
const fewOptions: HandlerFunction = (options, next) => {
  options.createNativeRequestOptions = () => {
    const { url, method, headers, agent } = options;
    const own = (url as URL).protocol === 'https:' ? agent.https : agent.http;
    return { method, headers, agent: own } as ReturnType<typeof options.createNativeRequestOptions>; // the rest is Node's
  };
  return next(options);
};

/** Reads the body as it comes, which costs got a tenth less than its promise, and can stop anywhere. */
async function exchange(got: Got, request: HttpRequest): Promise<HttpResponse> {
  const started = performance.now();
  const { upload, saveTo } = request;
  const { body = request.body, length } = upload === undefined ? {} : uploadOptions(upload);
  const options: OptionsInit & { isStream: true } = {
    isStream: true,
    // The type lists the usual methods; any other is sent as it is.
    method: request.method as 'GET',
    headers:
      length === undefined ? request.headers : { ...request.headers, 'content-length': String(length) },
  };
  if (body !== undefined) options.body = body;
  if (isStreamed(request)) options.timeout = silence(request.timeoutMs);
  const stream = got(request.url, options);
  const stop = endEarly(stream, request);
  try {
    // got would wait for a body to be piped into it, where the method may have one.
    if (body === undefined && request.method !== 'HEAD') stream.end();
    const read =
      saveTo === undefined ? await readBody(stream, request) : await saveBody(stream, request, saveTo);
    return { ...headOf(stream), ...read, ms: Math.round(performance.now() - started) };
  } catch (error) {
    if (request.signal?.aborted === true) throw request.signal.reason;
    throw expected(error) ?? explainFailure(error, request);
  } finally {
    stop();
    stream.destroy();
  }
}

/** A body of any size may take any time, as long as something moves. */
function silence(ms: number): Delays {
  return { lookup: ms, connect: ms, secureConnect: ms, socket: ms };
}

function isStreamed({ upload, saveTo }: HttpRequest): boolean {
  return upload !== undefined || saveTo !== undefined;
}

/**
 * Ends the request when its time is over, or when its signal says so; gives what ends the watch. got could do both, but
 * listens in many places of each request for it.
 */
function endEarly(stream: Request, request: HttpRequest): () => void {
  const { signal, timeoutMs } = request;
  const abort = (): void => void stream.destroy(new Error('aborted'));
  signal?.addEventListener('abort', abort);
  // What has come meanwhile is read first: where the process was busy, the server was not silent.
  const expire = (): void => void (timer = setTimeout(() => stream.destroy(timedOut(request))));
  let timer = isStreamed(request) ? undefined : setTimeout(expire, timeoutMs);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
}

/** An error of ours, such as one of the file that is sent: got may have put its own around it. */
function expected(error: unknown): MembraneError | undefined {
  const cause = error instanceof MembraneError ? error : (error as Error).cause;
  return cause instanceof MembraneError ? cause : undefined;
}

function headOf(stream: Request): Pick<HttpResponse, 'status' | 'headers'> {
  const { statusCode, headers } = stream.response as Response;
  return { status: statusCode, headers: flatten(headers) };
}

/** Hands the body on as it comes, no faster than it is taken. */
async function saveBody(
  stream: Request,
  request: HttpRequest,
  saveTo: NonNullable<HttpRequest['saveTo']>,
): Promise<Pick<HttpResponse, 'body' | 'savedBytes'>> {
  // What goes wrong while nobody reads is found by who reads next; without this it would end the process.
  stream.on('error', () => undefined);
  await headArrived(stream);
  const sink = await saveTo(headOf(stream));
  if (sink === undefined) return readBody(stream, request);
  let savedBytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    await sink.write(chunk);
    savedBytes += chunk.length;
  }
  return { body: new Uint8Array(), savedBytes };
}

/** Nothing of the body is read before somebody asks for it. */
async function headArrived(stream: Request): Promise<void> {
  if (stream.response === undefined) await once(stream, 'response');
}

/** By its events, which cost half as much as a loop over the stream. */
function readBody(stream: Request, request: HttpRequest): Promise<Pick<HttpResponse, 'body'>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    stream.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      // A length that the server admits to is judged before the rest is read.
      const announced = Number(stream.response?.headers['content-length'] ?? 0);
      if (bytes > request.maxBytes || announced > request.maxBytes) {
        stream.pause();
        reject(tooLarge(request));
      }
      chunks.push(chunk);
    });
    // Made only when it is so: an error has a stack, which takes longer than all else here.
    const cutOff = (): void => reject(new Error('the stream was closed before its end'));
    stream.once('end', () => {
      stream.off('close', cutOff);
      const [first] = chunks;
      resolve({ body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks) });
    });
    stream.on('error', reject);
    stream.once('close', cutOff);
  });
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
