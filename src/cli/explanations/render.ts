import { codes, type Code } from '../../core/codes.js';
import type { Example, Explanation } from './explanation.js';

/** For a terminal. */
export function explainInText(code: Code, explanation: Explanation | undefined): string {
  const head = `${code}: ${codes[code].summary}`;
  if (explanation === undefined) return head;
  const { means, wrong, right } = explanation;
  return [head, wrap(means), 'Wrong:', exampleInText(wrong), 'Right:', exampleInText(right)].join('\n\n');
}

/** For a page, without a heading. */
export function explainInMarkdown(code: Code, explanation: Explanation | undefined): string {
  if (explanation === undefined) return codes[code].summary;
  const { means, wrong, right } = explanation;
  return [means, ...exampleInMarkdown('Wrong', wrong), ...exampleInMarkdown('Right', right)].join('\n\n');
}

function exampleInText(example: Example): string {
  if (typeof example === 'string') return indent(wrap(example));
  return filesOf(example)
    .map((text) => indent(text))
    .join('\n\n');
}

function exampleInMarkdown(title: string, example: Example): string[] {
  if (typeof example === 'string') return [`${title}: ${example}`];
  const blocks = filesOf(example).map((text) => `\`\`\`yaml\n${text}\n\`\`\``);
  return [`${title}:`, ...blocks];
}

/** Each under its name; an empty membrane.yaml says nothing. */
function filesOf(example: Readonly<Record<string, string>>): string[] {
  return Object.entries(example)
    .filter(([, text]) => text !== '')
    .map(([file, text]) => `# ${file}\n${text.trimEnd()}`);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** Lines of at most 90 characters. */
function wrap(text: string): string {
  return text.replace(/(?=.{91})(.{1,90}) +/g, '$1\n');
}
