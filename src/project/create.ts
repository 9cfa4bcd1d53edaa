import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { MembraneError } from '../core/error.js';
import type { Kind } from '../core/kind.js';
import { didYouMean } from '../core/nearest.js';
import { connectorTemplateFolder } from './connector-templates.js';
import { reason } from './source.js';

export interface InitOptions {
  /** Folder of the new project; made where it does not exist. */
  readonly folder: string;
  readonly name?: string | undefined;
  /** Folder of the templates that come with the tool. */
  readonly templates: string;
  /** A project whose elements the new one starts with. */
  readonly example?: string | undefined;
  /** Further files, by path relative to the folder. */
  readonly more?: readonly { readonly name: string; readonly text: string }[];
}

export interface NewOptions {
  readonly root: string;
  readonly kind: string;
  readonly key: string;
  /** Write it on the layer of an integration or a connection. */
  readonly integration?: string | undefined;
  readonly connection?: string | undefined;
  /** The connector that an inner kind belongs to. */
  readonly connector?: string | undefined;
  /** The connector that comes with the tool, of which the new one is a copy. */
  readonly from?: string | undefined;
  readonly templates: string;
  readonly kinds: readonly Kind[];
}

/** Writes a new project. Never overwrites. Gives the files written, relative to the folder. */
export function initProject({ folder, name, templates, example, more = [] }: InitOptions): string[] {
  const root = resolve(folder);
  if (existsSync(join(root, 'membrane.yaml'))) {
    throw new MembraneError('project/exists', `"${root}" is a project already`, {
      hint: 'look at it with "membrane validate"',
    });
  }
  const elements = example === undefined ? [] : writeElements(example, root);
  const own = writeTree(join(templates, 'init'), root, { name: name ?? basename(root) }, true);
  const missing = more.filter((file) => !existsSync(join(root, file.name)));
  for (const file of missing) write(join(root, file.name), file.text);
  return [...elements, ...own, ...missing.map((file) => file.name)];
}

/** The example's membrane.yaml and folders of elements; its other files are programs. */
function writeElements(example: string, root: string): string[] {
  const isFolder = (name: string) => !name.startsWith('.') && statSync(join(example, name)).isDirectory();
  write(join(root, 'membrane.yaml'), readFileSync(join(example, 'membrane.yaml'), 'utf8'));
  const folders = readdirSync(example).filter(isFolder).sort();
  return [
    'membrane.yaml',
    ...folders.flatMap((name) =>
      writeTree(join(example, name), join(root, name), {}, true).map((file) => join(name, file)),
    ),
  ];
}

/** Writes a new element from its kind's template. Never overwrites. Gives the files written, relative to the root. */
export function newElement(options: NewOptions): string[] {
  const { root, key } = options;
  const kind = kindNamed(options);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(key)) {
    const hint = 'use letters, digits, "-", "_" and "."';
    throw new MembraneError('usage/argument', `"${key}" cannot be a key`, { hint });
  }
  const folder = join(root, folderOf(kind, options));
  const template = templateOf(kind, options);
  const single = readdirSync(template).length === 1;
  const values = { key, name: title(key) };
  const own = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(key, relative(template, join(entry.parentPath, entry.name))));
  const specs = [`${key}.yaml`, `${key}.yml`, join(key, 'spec.yaml'), join(key, 'spec.yml')];
  for (const taken of [...specs, ...own].map((file) => join(folder, file))) {
    if (existsSync(taken)) {
      const where = relative(root, taken);
      throw new MembraneError('project/exists', `${kind.name} "${key}" exists already`, {
        hint: `it is in ${where}`,
      });
    }
  }
  if (!single)
    return writeTree(template, join(folder, key), values, false).map((file) =>
      relative(root, join(folder, key, file)),
    );
  const text = fill(readFileSync(join(template, readdirSync(template)[0] ?? ''), 'utf8'), values);
  write(join(folder, `${key}.yaml`), text);
  return [relative(root, join(folder, `${key}.yaml`))];
}

function kindNamed({ kind, kinds }: NewOptions): Kind {
  const found = kinds.find((candidate) => candidate.name === kind || candidate.folder === kind);
  if (found !== undefined) return found;
  const names = kinds.map((candidate) => candidate.name);
  const hint = didYouMean(kind, names) ?? `the kinds are ${names.join(', ')}`;
  throw new MembraneError('usage/argument', `there is no kind "${kind}"`, { hint });
}

function templateOf(kind: Kind, { from, templates }: NewOptions): string {
  if (from === undefined) return join(templates, 'new', kind.name);
  if (kind.name === 'connector') return connectorTemplateFolder(templates, from);
  const hint = 'leave --from out; only connectors come with the tool';
  throw new MembraneError('usage/argument', `a new ${kind.name} is no copy of a connector`, { hint });
}

function folderOf(kind: Kind, { root, integration, connection, connector }: NewOptions): string {
  if (kind.owner !== undefined) {
    if (connector === undefined) {
      const hint = `name it: --${kind.owner} KEY`;
      throw new MembraneError('usage/argument', `a new ${kind.name} belongs to a ${kind.owner}`, { hint });
    }
    const owner = join(`${kind.owner}s`, connector);
    if (!existsSync(join(root, owner))) {
      const hint = `make it first: membrane new ${kind.owner} ${connector}`;
      throw new MembraneError('usage/argument', `there is no ${kind.owner} "${connector}"`, { hint });
    }
    return join(owner, kind.folder);
  }
  if (connector !== undefined) {
    const hint = 'leave --connector out; it is for what lives inside of a connector, such as an operation';
    throw new MembraneError('usage/argument', `a new ${kind.name} belongs to no connector`, { hint });
  }
  if (connection !== undefined) return join('connections', connection, kind.folder);
  if (integration !== undefined) return join('integrations', integration, kind.folder);
  return kind.folder;
}

function title(key: string): string {
  const words = key.replaceAll(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

function writeTree(
  from: string,
  to: string,
  values: Readonly<Record<string, string>>,
  keep: boolean,
): string[] {
  const written: string[] = [];
  for (const name of readdirSync(from).sort()) {
    const source = join(from, name);
    // npm leaves .gitignore out of packages: templates have it under another name
    const target = name === 'gitignore' ? '.gitignore' : name;
    if (statSync(source).isDirectory()) {
      written.push(...writeTree(source, join(to, target), values, keep).map((file) => join(target, file)));
    } else if (!(keep && existsSync(join(to, target)))) {
      write(join(to, target), fill(readFileSync(source, 'utf8'), values));
      written.push(target);
    }
  }
  return written;
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new MembraneError('usage/file', `"${file}" cannot be written: ${reason(error)}`, { cause: error });
  }
}
