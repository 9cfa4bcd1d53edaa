import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** A whole request came: the connection is kept until it is answered. */
  complete(socket: Socket): void;
  /** It was answered: the next one is awaited. */
  waiting(socket: Socket): void;
}

/**
 * No more connections than `max`. A new one pushes out the one that has been without a whole request for longest, so
 * that many that say nothing, or little, keep nobody out who has something to say.
 */
export function limitConnections(
  server: Server,
  max: number,
  dropped: (remote: string) => void,
): Connections {
  const all = new Set<Socket>();
  /** In the order in which they began to be waited for. */
  const idle = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (all.size >= max) {
      const [oldest = socket] = idle;
      dropped(oldest.remoteAddress ?? '');
      oldest.destroy();
      all.delete(oldest);
      idle.delete(oldest);
      if (oldest === socket) return;
    }
    all.add(socket);
    idle.add(socket);
    socket.once('close', () => {
      all.delete(socket);
      idle.delete(socket);
    });
  });
  return {
    complete: (socket) => void idle.delete(socket),
    waiting: (socket) => {
      if (all.has(socket)) idle.add(socket);
    },
  };
}
