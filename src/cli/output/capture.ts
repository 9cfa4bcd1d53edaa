/** What a library prints by itself while `print` runs: the result of a command like any other. */
export function capturePrinted(print: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => void lines.push(parts.join(' '));
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines.join('\n');
}
