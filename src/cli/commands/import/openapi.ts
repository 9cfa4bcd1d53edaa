import { flag, text, type Command } from '../../command.js';

export const importOpenApiCommand: Command = {
  path: 'import openapi',
  summary: 'make a connector of an OpenAPI document',
  description:
    'Writes connectors/KEY with the document beside it, which the operations come from: authentication, the address of\n' +
    'the API, and data collections for what looks like resources. What is guessed is marked. Nothing is overwritten.',
  args: [{ name: 'source', summary: 'a file or an address: OpenAPI 2.0 (Swagger) to 3.2, in YAML or JSON' }],
  options: [
    { flags: '--key <key>', summary: 'key of the connector; without it, the title of the document' },
    { flags: '--dir <folder>', summary: 'folder of the connector, instead of connectors/KEY' },
    { flags: '--force', summary: 'replace files that are there' },
  ],
  examples: [
    'import openapi petstore.yaml',
    'import openapi https://api.example.com/openapi.json --key example',
  ],
  async run(session, [source = ''], options) {
    const { importOpenApi } = await session.library();
    const { cwd, signal } = session;
    const [key, dir, force] = [text(options, 'key'), text(options, 'dir'), flag(options, 'force')];
    const work = importOpenApi({ cwd, source, key, dir, force, signal });
    const report = await session.output.progress(`reading ${source}`, work);
    const { files, operations, collections, auth } = report;
    return {
      data: report,
      human: () =>
        [
          ...files.map((file) => `wrote ${file}`),
          `${count(operations, 'operation')}, ${count(collections.length, 'data collection')}, ${
            auth.length === 0 ? 'no authentication' : `authentication: ${auth.join(', ')}`
          }`,
        ].join('\n'),
      note: `next: look at what is marked "guessed", then membrane connect ${report.key}`,
    };
  },
};

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
