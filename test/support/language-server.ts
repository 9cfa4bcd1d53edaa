import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { hermeticEnvironment, repository } from './cli.js';

export interface ServerDiagnostic {
  readonly message: string;
  readonly severity?: number;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** yaml-language-server with the schemas of a folder's `.vscode/settings.json`, as an editor talks to it. */
export interface LanguageServer {
  /** Opens a file, or changes its text; gives what the server finds wrong with it. */
  diagnostics(file: string, text: string): Promise<readonly ServerDiagnostic[]>;
  /** Labels of what can be written at a place; line and character from 0. */
  completion(file: string, line: number, character: number): Promise<readonly string[]>;
  hover(file: string, line: number, character: number): Promise<string>;
  stop(): Promise<void>;
}

export async function startLanguageServer(
  root: string,
  settings: Record<string, unknown>,
): Promise<LanguageServer> {
  const program = path.join(repository, 'node_modules/yaml-language-server/bin/yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { cwd: root, env: hermeticEnvironment() });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting = new Map<string, (found: readonly ServerDiagnostic[]) => void>();
  const versions = new Map<string, number>();
  const uriOf = (file: string): string => pathToFileURL(path.join(root, file)).href;
  const configured: Record<string, unknown> = { yaml: { ...settings, schemaStore: { enable: false } } };

  connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
    items.map(({ section = '' }) => configured[section] ?? null),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onNotification(
    'textDocument/publishDiagnostics',
    (found: { uri: string; version?: number; diagnostics: ServerDiagnostic[] }) => {
      waiting.get(found.uri)?.(found.diagnostics);
      waiting.delete(found.uri);
    },
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: 'project' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: { completion: {}, hover: { contentFormat: ['markdown'] } },
    },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: configured });

  return {
    async diagnostics(file, text) {
      const uri = uriOf(file);
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      const found = new Promise<readonly ServerDiagnostic[]>((resolve) => void waiting.set(uri, resolve));
      if (version === 1) {
        await connection.sendNotification('textDocument/didOpen', {
          textDocument: { uri, languageId: 'yaml', version, text },
        });
      } else {
        const contentChanges = [{ text }];
        await connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version },
          contentChanges,
        });
      }
      return found;
    },
    async completion(file, line, character) {
      const asked = { textDocument: { uri: uriOf(file) }, position: { line, character } };
      const answer: { items: { label: string }[] } | null = await connection.sendRequest(
        'textDocument/completion',
        asked,
      );
      return (answer?.items ?? []).map(({ label }) => label);
    },
    async hover(file, line, character) {
      const asked = { textDocument: { uri: uriOf(file) }, position: { line, character } };
      const answer: { contents: { value: string } } | null = await connection.sendRequest(
        'textDocument/hover',
        asked,
      );
      return answer?.contents.value ?? '';
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      connection.dispose();
      await ended;
    },
  };
}
