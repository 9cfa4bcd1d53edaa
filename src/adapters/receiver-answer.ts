import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebhookAnswer } from '../core/webhook.js';

/** How long one is heard out who is refused: without it the answer would be lost with the connection. */
const lingerMs = 1_000;

/** Headers that belong to the connection, not to what is said. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'trailer',
  'date',
]);

/** A text goes as it is, anything else as JSON. What an element declares wrongly is left out, not sent. */
export function answerWith(response: ServerResponse, answer: WebhookAnswer, isLast: boolean): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers = {}, body } = answer;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  if (text !== '') {
    const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    response.setHeader('content-type', type);
    // what a sender is shown must never run in a browser
    response.setHeader('x-content-type-options', 'nosniff');
  }
  for (const [name, value] of Object.entries(headers)) setIfValid(response, name, value);
  if (isLast) response.setHeader('connection', 'close');
  response.statusCode = Number.isInteger(status) && status >= 200 && status <= 599 ? status : 200;
  response.end(text);
}

function setIfValid(response: ServerResponse, name: string, value: unknown): void {
  if (ownHeaders.has(name.toLowerCase()) || (typeof value !== 'string' && typeof value !== 'number')) return;
  try {
    response.setHeader(name, String(value));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_INVALID_CHAR' && code !== 'ERR_INVALID_HTTP_TOKEN') throw error;
  }
}

/** Says no with a line, and ends the connection; what still comes is thrown away unread, for a moment. */
export function refuse(socket: Socket, status: number): void {
  if (!socket.writable) return void socket.destroy();
  const late = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(late));
  socket.once('end', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
  socket.resume();
}
