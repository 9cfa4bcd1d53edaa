import type { IncomingMessage } from 'node:http';

/** How much of bodies is in memory at once, whatever the number of connections. */
export interface Room {
  bytesLeft: number;
  /** What ends the bodies that are still coming, in the order in which they began. */
  readonly coming: Set<() => void>;
}

export type Body =
  | { readonly bytes: Uint8Array; readonly kept: number }
  /** It was too long, there was no room for it, or its sender went away. */
  | { readonly fault: 'too-large' | 'no-room' | 'cut-off'; readonly kept: number };

/**
 * The bytes of a body. What is kept of them takes room until the caller gives it back: so much is `kept`. Where there is
 * no room, the body that has been coming for longest makes it: slow ones keep nobody out who has something to say.
 */
export function readBody(request: IncomingMessage, maxBytes: number, room: Room): Promise<Body> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let kept = 0;
    let isOver = false;
    const end = (body: Body): void => {
      isOver = true;
      room.coming.delete(makeRoom);
      resolve(body);
    };
    const makeRoom = (): void => {
      room.bytesLeft += kept;
      chunks = [];
      kept = 0;
      end({ fault: 'no-room', kept });
    };
    if (request.destroyed) return end({ fault: 'cut-off', kept });
    room.coming.add(makeRoom);
    request.on('data', (chunk: Buffer) => {
      if (isOver) return;
      if (kept + chunk.length > maxBytes) return end({ fault: 'too-large', kept });
      for (const makeRoomFor of room.coming) {
        if (chunk.length <= room.bytesLeft) break;
        if (makeRoomFor !== makeRoom) makeRoomFor();
      }
      if (chunk.length > room.bytesLeft) return end({ fault: 'no-room', kept });
      room.bytesLeft -= chunk.length;
      kept += chunk.length;
      chunks.push(chunk);
    });
    request.once('end', () => end({ bytes: Buffer.concat(chunks), kept }));
    request.once('error', () => end({ fault: 'cut-off', kept }));
    request.once('close', () => end({ fault: 'cut-off', kept }));
  });
}
