import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Says which process holds something, so that others can tell when it is dead. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Names the host and, on Linux, the container: process ids mean nothing outside of it. */
  readonly host: string;
  /** When the process started, in the system's own measure; empty where the system does not tell. */
  readonly started: string;
}

let self: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  self ??= { pid: process.pid, host: thisHost(), started: lookUp(process.pid)?.started ?? '' };
  return self;
}

/** Whether the process is certainly gone. False where it cannot be known: it ran on another host. */
export function isDead(process: ProcessIdentity): boolean {
  if (process.host !== thisProcess().host) return false;
  if (!canBeSignalled(process.pid)) return true;
  const found = lookUp(process.pid);
  if (found === undefined) return false;
  // Another process may have got the number of a dead one.
  return found.zombie || (process.started !== '' && process.started !== found.started);
}

function thisHost(): string {
  return createHash('sha256').update(`${hostname()} ${processNamespace()}`).digest('hex').slice(0, 12);
}

/** Containers that share a host name still count their processes apart. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux.
    return '';
  }
}

function canBeSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** What Linux says of a process, from proc_pid_stat(5): the state is field 3, the start time is field 22. */
function lookUp(pid: number): { started: string; zombie: boolean } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Not Linux, or hidden from us.
    return undefined;
  }
  // Field 2 is the program's name in brackets, and may hold spaces and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { zombie: fields[0] === 'Z', started: fields[19] ?? '' };
}
