import { pausedUntil, takeTurn } from '../core/pace.js';
import type { Clock, Pace, Store } from '../core/ports.js';
import type { Sql, StateDatabase } from './store-sqlite-database.js';
import { storable } from './storable-text.js';

/** Paces that all processes of this machine keep together. */
export function sqliteTurns(database: StateDatabase, clock: Clock): Pick<Store, 'turn' | 'pause'> {
  return {
    turn: (name: string, pace: Pace, maxMs?: number) =>
      database.write((sql) =>
        sql.transaction(() => {
          const taken = takeTurn(nextOf(sql, name), pace, clock.now(), maxMs);
          setNext(sql, name, taken.next);
          return taken.waitMs;
        }),
      ),
    pause: (name: string, pace: Pace, until: number) =>
      database.write((sql) =>
        sql.transaction(() => setNext(sql, name, pausedUntil(nextOf(sql, name), pace, until))),
      ),
  };
}

function nextOf(sql: Sql, name: string): number | undefined {
  return sql.get<{ next: number }>('SELECT next FROM turns WHERE name = ?', name)?.next;
}

function setNext(sql: Sql, name: string, next: number): void {
  storable(name);
  sql.run(
    'INSERT INTO turns (name, next) VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next',
    name,
    next,
  );
}
