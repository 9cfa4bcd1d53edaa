import { describe, expect, it } from 'vitest';
import { createSchemas } from '../../../src/adapters/schemas-ajv.js';
import { kinds } from '../../../src/elements/index.js';
import { formatYaml } from '../../../src/project/format.js';
import { shapeOf } from '../../../src/project/format-order.js';

const schemas = createSchemas();

/** The text of an element of a kind as `fmt` writes it. */
function format(text: string, kind = 'action', drops?: (key: string) => boolean): string {
  const schema = kinds.find(({ name }) => name === kind)?.schema ?? true;
  const shape = shapeOf(schema, (one, value) => schemas.compile(one)(value).problems.length === 0);
  const formatted = formatYaml(text, 'a.yaml', shape, drops);
  return 'text' in formatted ? formatted.text : formatted.diagnostics.map(({ code }) => code).join();
}

/** Lines without the indentation that the test has. */
function yaml(strings: TemplateStringsArray): string {
  const text = (strings.raw[0] ?? '').replace(/^\n/, '');
  const depth = /^ */.exec(text)?.[0].length ?? 0;
  return text
    .split('\n')
    .map((line) => line.slice(Math.min(depth, line.length - line.trimStart().length)))
    .join('\n');
}

describe('keys', () => {
  it('stand in the order of the schema, those that it does not know behind them', () => {
    const text = yaml`
      revision: r
      config:
        request: { method: GET, path: /x }
      zebra: 1
      type: api-request-to-external-app
      alpha: 2
      name: X
      key: x
      `;
    expect(format(text)).toBe(yaml`
      key: x
      name: X
      type: api-request-to-external-app
      config:
        request: { path: /x, method: GET }
      revision: r
      zebra: 1
      alpha: 2
      `);
  });

  it('of data, of schemas and of formulas stay where they are', () => {
    const text = yaml`
      type: http-request
      inputSchema:
        properties: { b: {}, a: {} }
        type: object
        key: x
      config:
        request:
          query: { z: 1, a: 2, method: x }
          data:
            name: x
            key: y
          uri:
            $eval: { $var: input.a }
            is: 1
      `;
    expect(format(text)).toBe(yaml`
      type: http-request
      inputSchema:
        properties: { b: {}, a: {} }
        type: object
        key: x
      config:
        request:
          uri:
            $eval: { $var: input.a }
            is: 1
          query: { z: 1, a: 2, method: x }
          data:
            name: x
            key: y
      `);
  });

  it('are ordered inside of lists and dictionaries, by the type of what holds them', () => {
    const text = yaml`
      nodes:
        second:
          links:
          - filter: { $var: input.x }
            key: third
          config:
            actionKey: a
          type: run-action
        first:
            type: api-trigger
            links: [{ name: n, key: second }]
      `;
    expect(format(text, 'flow')).toBe(yaml`
      nodes:
        second:
          type: run-action
          config:
            actionKey: a
          links:
            - key: third
              filter: { $var: input.x }
        first:
          type: api-trigger
          links: [{ key: second, name: n }]
      `);
  });
});

describe('comments', () => {
  it('move with the key that they stand before, or behind', () => {
    const text = yaml`
      # yaml-language-server: $schema=x.json
      # What this file is.

      # the type
      type: http-request # as ever


      # how
      config:

        # to where
        request:
          # the method
          method: GET   # the default
          uri: https://example.com # here
            # deeper
          # behind all

      # the name
      name: X
      # the end
      `;
    expect(format(text)).toBe(yaml`
      # yaml-language-server: $schema=x.json
      # What this file is.

      # the name
      name: X
      # the type
      type: http-request # as ever

      # how
      config:
        # to where
        request:
          uri: https://example.com # here
            # deeper
          # the method
          method: GET   # the default
          # behind all
      # the end
      `);
  });

  it('on top stay on top', () => {
    expect(format('# Gets a contact.\ntype: http-request\nname: X\n')).toBe(
      '# Gets a contact.\nname: X\ntype: http-request\n',
    );
    expect(format('# Gets a contact.\ntype: http-request\n\n# people read it\nname: X\n')).toBe(
      '# Gets a contact.\n\n# people read it\nname: X\ntype: http-request\n',
    );
  });

  it('that stand alone stay', () => {
    expect(format('# nothing yet\n\n# but soon\n')).toBe('# nothing yet\n\n# but soon\n');
  });
});

describe('values', () => {
  it('keep their quotes, their block or flow style, and their lines', () => {
    const text = yaml`
      name: "double"
      description: >-
          folded
          to one line

          and a second
      meta:
          single: 'it''s'
          literal: |2
              two more than said
          kept: |+
           with its blank lines


          numbers: [ 0x10, 1e3,1.50 , ~ ]
          map: {b: 1,  a: [2]}
          plain: goes over
            two lines
      type: http-request
      `;
    expect(format(text)).toBe(yaml`
      name: "double"
      description: >-
        folded
        to one line

        and a second
      meta:
        single: 'it''s'
        literal: |2
            two more than said
        kept: |+
          with its blank lines


        numbers: [ 0x10, 1e3, 1.50, ~ ]
        map: {b: 1, a: [2]}
        plain: goes over
          two lines
      type: http-request
      `);
  });

  it('that an alias repeats stay behind their anchor', () => {
    const text = 'config: { request: &r { uri: x } }\nname: X\nmeta: { again: *r }\n';
    expect(format(text)).toBe(text);
    const free = 'config: &c { request: {} }\nname: X\n<<: *m\nmeta: &m { a: 1 }\n';
    expect(format(free)).toBe('yaml/alias');
  });

  it('are not moved between a text that keeps its blank lines and what follows', () => {
    const text = 'type: http-request\n\nmeta:\n  a: |+\n    x\n\nname: X\n';
    expect(format(text)).toBe('name: X\n\nmeta:\n  a: |+\n    x\n\ntype: http-request\n');
  });
});

describe('files', () => {
  it('keep the ends of their lines, and end with one', () => {
    expect(format('type: x\r\nname: y')).toBe('name: y\r\ntype: x\r\n');
    expect(format('type: x\nname: y\n\n\n')).toBe('name: y\ntype: x\n');
    expect(format('')).toBe('');
  });

  it('with errors are left alone', () => {
    expect(format('name: x\nname: y\n')).toBe('yaml/duplicate-key');
    expect(format('name: [x\n')).toBe('yaml/syntax');
  });

  it('that are written too oddly to be taken apart stay as they are', () => {
    const text = '--- { name: x }\n';
    expect(format(text)).toBe(text);
    expect(format('type: x\n? name\n: y\n')).toBe('? name\n: y\ntype: x\n');
  });

  it('lose what is pruned, with the comments before it', () => {
    const text = 'type: x\n\n# of the server\nid: 1 # number\n\n# mine\nname: y\n';
    expect(format(text, 'action', (key) => key === 'id')).toBe('# mine\nname: y\ntype: x\n');
  });
});
