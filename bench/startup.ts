import { cleanEnv, compare, timeProcess, type Figure } from './measure.js';

/** `--version` and `--help` against a bare node. */
export async function benchStartup(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [flag, aim] of [
    ['--version', '≤ 1.25'],
    ['--help', '≤ 1.5'],
  ] as const) {
    const env = cleanEnv();
    const { value, floor } = await compare(
      31,
      () => timeProcess(['bin/membrane.js', flag], { env }),
      () => timeProcess(['-e', '0'], { env }),
    );
    figures.push({
      name: `membrane ${flag}, process (floor: node -e 0)`,
      value,
      floor,
      ratio: value / floor,
      unit: 'ms',
      aim,
    });
  }
  return figures;
}
