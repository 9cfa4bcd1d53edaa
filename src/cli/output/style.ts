import type { ChalkInstance } from 'chalk';
import type { TextStream } from '../session.js';

/** Colours of one stream, and its width; plain where the stream is no terminal. */
export interface Style {
  readonly color: ChalkInstance;
  /** Whether a person looks at it. */
  readonly terminal: boolean;
  readonly columns: number;
}

export async function styleOf(
  stream: TextStream,
  env: Readonly<Record<string, string | undefined>>,
  plain: boolean,
): Promise<Style> {
  const { Chalk } = await import('chalk');
  const terminal = stream.isTTY;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const unwanted = plain || isSet(env['NO_COLOR']) || isSet(env['CI']) || env['TERM'] === 'dumb';
  const colored = forced ? !plain : terminal && !unwanted;
  return {
    color: new Chalk({ level: colored ? 1 : 0 }),
    terminal,
    columns: stream.isTTY ? stream.columns : 80,
  };
}

export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
