import { sep } from 'node:path';
import type { Io } from '../session.js';
import type { Report } from './reports/report.js';

/** What other programs read of findings. */
export const reportFormats = ['sarif', 'junit', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** Findings as a text for another program, without an end of line; empty where there is nothing to say. */
export async function renderReports(format: ReportFormat, report: Report): Promise<string> {
  if (format === 'sarif') return (await import('./reports/sarif.js')).renderSarif(report);
  if (format === 'junit') return (await import('./reports/junit.js')).renderJunit(report);
  return (await import('./reports/github.js')).renderGithub(report);
}

/**
 * Who reads a report knows the repository, not the folder of the command: paths start at the root of the
 * repository where GitHub names it, else where the program was started.
 */
export function reportBase({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string {
  const workspace = env['GITHUB_WORKSPACE'];
  return workspace !== undefined && `${cwd}${sep}`.startsWith(`${workspace}${sep}`) ? workspace : cwd;
}
